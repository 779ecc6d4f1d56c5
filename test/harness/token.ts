import { askToken, beginLogin, Browser, redeem, signIn, type TokenAnswer } from '../../dev/oidc/rig.ts';
import { useStack } from './stack.ts';

/** Tokens of a person who signs in at the provider's own page, with the platform's client. */
export async function personTokens(email: string): Promise<TokenAnswer['body']> {
  const { oidc, platform } = useStack();
  const { clientId, clientSecret } = oidc.clients.web;
  const callback = { client_id: clientId, redirect_uri: `${platform.url}/api/v1/auth/callback` };
  const attempt = beginLogin(oidc.issuer, { ...callback, audience: oidc.audience });
  const back = await signIn(new Browser(oidc.issuer), attempt, email);
  const code = back.get('code') ?? '';
  const { status, body } = await redeem(oidc.issuer, attempt, code, { ...callback, client_secret: clientSecret });
  if (status !== 200) throw new Error(`the token endpoint answered ${status}: ${body.error}`);
  return body;
}

/** An access token of one of the local tenant's programs; all it was granted when no scope is named. */
export async function programToken(
  client: 'machine' | 'management',
  { audience, scope }: { audience?: string; scope?: string } = {},
): Promise<string> {
  const { oidc } = useStack();
  const { clientId, clientSecret } = oidc.clients[client];
  const { status, body } = await askToken(oidc.issuer, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: audience ?? oidc.audience,
    ...(scope === undefined ? {} : { scope }),
  });
  if (status !== 200) throw new Error(`the token endpoint answered ${status}: ${body.error}`);
  return body.access_token;
}
