import { DomainError } from '../error.ts';

/** What a site thinks of one of its users, and why. */
export interface Standing {
  /** `restricted` buys nothing, `suspended` only reads. */
  readonly status: 'active' | 'restricted' | 'suspended';
  readonly statusReason: string | null;
  readonly kyc: 'none' | 'approved';
}

/** What an operator asks for; what is left out stays. */
export interface StandingChange {
  readonly status?: Standing['status'] | undefined;
  readonly kyc?: Standing['kyc'] | undefined;
  readonly reason?: string | undefined;
}

/**
 * The user's standing after an operator's change, or null when it is that already. Whoever takes rights away says why;
 * who gives them back clears the old reason.
 *
 * @throws DomainError `request.malformed` without a reason for a restriction or suspension
 */
export function decideStanding(now: Standing, { status, kyc, reason }: StandingChange): Standing | null {
  const wanted = status ?? now.status;
  if (status !== undefined && status !== 'active' && reason === undefined) {
    throw new DomainError('request.malformed', { detail: 'Say why this account is restricted or suspended.' });
  }
  const givenReason = status === undefined ? now.statusReason : (reason ?? null);
  const next: Standing = {
    status: wanted,
    statusReason: wanted === 'active' ? null : givenReason,
    kyc: kyc ?? now.kyc,
  };
  const same = next.status === now.status && next.statusReason === now.statusReason && next.kyc === now.kyc;
  return same ? null : next;
}
