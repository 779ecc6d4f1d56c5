import { DomainError } from '../error.ts';

/** A site, as far as signing in is concerned. */
export interface AdmittingSite {
  readonly kind: 'site' | 'platform';
  readonly signIn: readonly ('email' | 'wallet')[];
}

/**
 * Decides what becomes of somebody whom Auth0 vouches for: they are who they were, or new here. On the platform's own site
 * nobody is new: operators are appointed first. A suspended person may come in, and read.
 *
 * @param known the account that the identity belongs to, or null
 * @throws DomainError `auth.method` where the site does not offer this way, `auth.not_operator`
 */
export function decideAdmission(
  site: AdmittingSite,
  known: string | null,
): { readonly outcome: 'enter'; readonly userId: string } | { readonly outcome: 'create' } {
  if (!site.signIn.includes('email')) throw new DomainError('auth.method');
  if (known !== null) return { outcome: 'enter', userId: known };
  if (site.kind === 'platform') throw new DomainError('auth.not_operator');
  return { outcome: 'create' };
}
