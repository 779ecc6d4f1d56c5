/** Every account of the ledger: who owns it, and whether it counts money or tokens. */
interface LedgerAccount {
  /** `site` accounts exist once a site and asset; the others once a user. */
  readonly owner: 'site' | 'buyer' | 'agent';
  readonly holds: 'money' | 'token';
}

/** The accounts of the postings table. A credit raises a balance, a debit lowers it, whatever the account. */
export const LEDGER_ACCOUNTS = {
  provider_receivable: { owner: 'site', holds: 'money' },
  sales: { owner: 'site', holds: 'money' },
  disputed: { owner: 'site', holds: 'money' },
  unapplied: { owner: 'site', holds: 'money' },
  fees: { owner: 'site', holds: 'money' },
  bank: { owner: 'site', holds: 'money' },
  cash_out: { owner: 'site', holds: 'money' },
  commission_expense: { owner: 'site', holds: 'money' },
  agent_held: { owner: 'agent', holds: 'money' },
  agent_available: { owner: 'agent', holds: 'money' },
  token_pool: { owner: 'site', holds: 'token' },
  buyer_owed: { owner: 'buyer', holds: 'token' },
  buyer_debt: { owner: 'buyer', holds: 'token' },
  in_flight: { owner: 'buyer', holds: 'token' },
  delivered: { owner: 'buyer', holds: 'token' },
} as const satisfies Record<string, LedgerAccount>;

export type LedgerAccountKind = keyof typeof LEDGER_ACCOUNTS;

/** The asset of token accounts. A site sells one token, so its symbol would say nothing more. */
export const TOKEN_ASSET = 'token';
