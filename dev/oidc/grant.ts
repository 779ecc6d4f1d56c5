import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Store } from '../store.ts';
import { openModel } from './model.ts';

type Grant = Awaited<ReturnType<NonNullable<Configuration['loadExistingGrant']>>>;

/**
 * Grants a request every known scope it asks for: the clients are the platform's own, and nobody is asked to consent. Every
 * request gets a grant of its own, so that a reused refresh token ends its family and no other one.
 */
export async function grantRequest(ctx: KoaContextWithOIDC): Promise<Grant> {
  const { client, session, provider, resourceServers = {}, requestParamScopes, requestParamOIDCScopes } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(requestParamOIDCScopes);
  for (const [audience, { scopes }] of Object.entries(resourceServers)) {
    grant.addResourceScope(
      audience,
      [...requestParamScopes].filter((scope) => scopes.has(scope)),
    );
  }
  await grant.save();
  return grant;
}

/** Ends every grant of a person, and with it all its tokens, and their sessions. Says how many grants there were. */
export function revokeGrantsOf(store: Store, userId: string): number {
  return store.commit(() => {
    const [grants = 0] = ['Grant', 'Session'].map((model) => {
      const shelf = openModel(store, model);
      const own = shelf.list().filter(({ payload }) => payload.accountId === userId);
      for (const { id } of own) shelf.remove(id);
      return own.length;
    });
    return grants;
  });
}
