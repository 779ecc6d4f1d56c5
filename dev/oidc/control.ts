import { readFields, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { TOKEN_FAULTS } from './fault.ts';
import type { Faults, TokenFault } from './fault.ts';
import { revokeGrantsOf } from './grant.ts';
import { rotateSigningKeys } from './keys.ts';
import type { SigningKeys } from './keys.ts';
import type { Tenant } from './tenant.ts';
import { parseEmail, userIdOf } from './user.ts';

const PREFIX = '/_control/';

/** The control API by which tests disturb the provider. It is no part of Auth0, hence its own path. */
export async function serveControl(
  exchange: Exchange,
  tenant: Tenant,
  faults: Faults,
  useKeys: (keys: SigningKeys) => void,
): Promise<boolean> {
  const { request, method, url } = exchange;
  if (!url.pathname.startsWith(PREFIX)) return false;
  const action = `${method} ${url.pathname.slice(PREFIX.length)}`;
  if (action === 'GET requests') return sendJson(exchange, 200, faults.requests);
  const fields = await readFields(request);
  switch (action) {
    case 'POST rotate_keys': {
      const keys = await rotateSigningKeys(tenant.store, { dropOld: fields['drop_old'] === true });
      useKeys(keys);
      return sendJson(exchange, 200, { kids: keys.map(({ kid }) => kid) });
    }
    case 'POST jwks':
      if (typeof fields['down'] !== 'boolean') return refuse(exchange, 400, 'down must be true or false.');
      faults.jwksDown = fields['down'];
      return sendJson(exchange, 200, { down: faults.jwksDown });
    case 'POST token':
      return setTokenFault(exchange, faults, fields);
    case 'POST revoke': {
      const email = parseEmail(String(fields['email']));
      if (email === null) return refuse(exchange, 400, 'email must be an e-mail address.');
      return sendJson(exchange, 200, { revoked: revokeGrantsOf(tenant.store, userIdOf(email)) });
    }
    default:
      return refuse(exchange, 404, 'No such control.');
  }
}

function setTokenFault(exchange: Exchange, faults: Faults, fields: Record<string, unknown>): true {
  const { fault, times = 1 } = fields;
  if (!isTokenFault(fault)) return refuse(exchange, 400, `fault must be one of ${TOKEN_FAULTS.join(', ')}.`);
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1) {
    return refuse(exchange, 400, 'times must be a whole number from 1.');
  }
  faults.token = fault;
  faults.tokenTimes = fault === 'none' ? 0 : times;
  return sendJson(exchange, 200, { fault, times: faults.tokenTimes });
}

function isTokenFault(value: unknown): value is TokenFault {
  return TOKEN_FAULTS.some((known) => known === value);
}

function refuse(exchange: Exchange, status: number, message: string): true {
  return sendJson(exchange, status, { message });
}
