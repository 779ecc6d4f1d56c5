import type { Tier } from '../../../worker/tier/shape.ts';

type Unit = 'day' | 'week' | 'month';
const count = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? '' : 's'}`;

/**
 * English for what every page shows, and the front page. It is part of the first load; what a buyer needs later is in
 * `en-buyer.ts`. The other languages have the same shape.
 */
export const en = {
  shell: {
    skip: 'Skip to content',
    home: 'Home',
    signIn: 'Sign in',
    menu: 'Account',
    signedInAs: 'Signed in as',
    account: 'Tokens and orders',
    security: 'Sign-in and security',
    signOut: 'Sign out',
    signingOut: 'Signing out',
    language: 'Language',
    languages: { en: 'English', 'zh-cn': '简体中文' },
    paused: 'Sales are paused. You can still see your orders and tokens.',
    footer: (name: string) => `${name} sells these tokens and stands behind this page.`,
    loading: 'Loading',
    retry: 'Try again',
    copy: 'Copy',
    copied: 'Copied',
    request: 'Request',
    missing: { title: 'This page does not exist', sentence: 'The link may be old or mistyped.', back: 'To the tiers' },
  },
  home: {
    tiers: 'Tiers',
    price: 'per unit',
    perUnit: (tokens: string) => `${tokens} per unit`,
    left: (available: string, total: string) => `${available} of ${total} units left`,
    limit: (units: string) => `Up to ${units} units per buyer`,
    opens: 'Opens',
    closes: 'Ends',
    state: { open: 'Open now', upcoming: 'Coming up', sold_out: 'Sold out', closed: 'Closed' } satisfies Record<
      Tier['state'],
      string
    >,
    buy: 'Buy',
    empty: 'No tiers yet. Sales have not been announced.',
    how: 'How it works',
    steps: (network: string): [title: string, sentence: string][] => [
      ['Choose a tier', 'See the price, the tokens and what is left before you decide.'],
      ['Sign in', 'By e-mail or with your wallet. Signing costs nothing and moves nothing.'],
      ['Pay by card', 'Your units are held for you while you pay.'],
      ['Receive your tokens', `They arrive in your wallet on ${network}, release by release.`],
    ],
    vesting: 'When tokens arrive',
    start: 'Purchase',
    atOnce: (percent: string) => `${percent} with the first release, once your payment has cleared.`,
    cliff: (amount: number, unit: Unit) => `Then a pause of ${count(amount, unit)}.`,
    linear: (parts: number, unit: Unit) =>
      parts === 1 ? `The rest follows one ${unit} later.` : `The rest in ${parts} equal parts, one each ${unit}.`,
    after: (amount: number, unit: Unit) => `After ${count(amount, unit)}`,
    curve: 'Share of your tokens released over time',
    terms: 'Terms of sale',
    termsVersion: (version: string) => `Version ${version}`,
  },
  refusalUnknown: 'Something went wrong on our side. Please try again.',
  /** What to say for the code of a refusal. A code not listed is shown with the API's own sentence. */
  refusal: {
    'network.unreachable': 'We could not reach the server. Check your connection, then try again.',
    'request.rate_limited': 'That was a lot at once. Wait a moment, then try again.',
  } as Record<string, string>,
};

/** The words of one language that every page needs. */
export type Text = typeof en;
