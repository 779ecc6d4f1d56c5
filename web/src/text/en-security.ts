/** English for the page on signing in and security. */
export const enSecurity = {
  title: 'Sign-in and security',
  back: 'Your tokens',
  ways: {
    title: 'E-mail',
    verified: 'Verified',
    unverified: 'Not verified yet',
    note: 'You can sign in with this address.',
    none: 'Add your e-mail address as a second way to sign in, so that a lost wallet does not lock you out.',
    connect: 'Connect e-mail',
  },
  wallets: {
    title: 'Wallets',
    note: 'Sign in with any of these. New orders suggest the primary one.',
    none: 'No wallet yet. Connect the one that should receive your tokens.',
    primary: 'Primary',
    makePrimary: 'Make primary',
    makePrimaryOf: (address: string) => `Make primary: ${address}`,
    unbind: 'Remove',
    unbindOf: (address: string) => `Remove ${address}`,
    add: 'Connect another wallet',
    addFirst: 'Connect a wallet',
    added: 'The wallet is connected.',
    madePrimary: (address: string) => `${address} is now your primary wallet.`,
    removed: (address: string) => `${address} was removed.`,
  },
  primaryDeed: {
    title: 'Make this your primary wallet?',
    says: (address: string) =>
      `New orders will suggest ${address}. Orders you have already placed keep the wallet they were placed with.`,
    does: 'Make primary',
    doing: 'Saving',
  },
  unbindDeed: {
    title: 'Remove this wallet?',
    says: (address: string) =>
      `${address} will no longer sign you in, and new orders cannot use it. Tokens of earlier orders still go there, unless you change that on the order’s page.`,
    does: 'Remove wallet',
    doing: 'Removing',
  },
  sessions: {
    title: 'Where you are signed in',
    note: 'If you do not recognise one of these, end it.',
    here: 'This browser',
    on: (browser: string, system: string) => `${browser} on ${system}`,
    unknownBrowser: 'Unknown browser',
    unknownSystem: 'unknown system',
    method: { wallet: 'Wallet', auth0: 'E-mail' },
    seen: 'Last active',
    end: 'End',
    endOf: (name: string) => `End session: ${name}`,
    ended: 'The session was ended.',
    endOthers: 'End all other sessions',
    endedOthers: 'All other sessions were ended.',
    alone: 'You are not signed in anywhere else.',
  },
  endOthersDeed: {
    title: 'End all other sessions?',
    says: 'Every other browser is signed out at once. This one stays signed in.',
    does: 'End sessions',
    doing: 'Ending',
  },
  data: {
    title: 'Your data',
    exportNote: 'Everything this site keeps about you, as one file.',
    export: 'Download my data',
    exporting: 'Preparing your file',
    exported: 'The file was downloaded.',
    deleteNote: 'Closes your account on this site for good.',
    delete: 'Delete my account',
  },
  deleteDeed: {
    title: 'Delete your account?',
    says: 'Your e-mail address, your wallets and all sign-ins are removed from this site. Orders and payments stay on record without your name, as the law asks. This cannot be undone.',
    claims: 'It is not possible while tokens or payments of yours are still on their way.',
    sure: 'I understand that this cannot be undone',
    does: 'Delete account',
    doing: 'Deleting',
  },
  deleted: {
    title: 'Your account was deleted',
    sentence: 'You are signed out. Nothing on this site names you any more.',
  },
  signIn: 'Sign in to see how your account can be reached, and where it is signed in.',
};

/** The words of one language for the security page. */
export type SecurityText = typeof enSecurity;
