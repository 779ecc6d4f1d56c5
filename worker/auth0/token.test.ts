import { expect, it } from 'vitest';
import { classify } from './token.ts';

const tokens = { id_token: 'a.b.c', refresh_token: 'r', access_token: 'opaque', expires_in: 86_400 };

it('takes tokens for granted only when all are there', () => {
  expect(classify(200, tokens)).toEqual({ outcome: 'granted', idToken: 'a.b.c', refreshToken: 'r' });
  for (const body of [{ ...tokens, refresh_token: undefined }, { ...tokens, id_token: 1 }, {}, null, 'ok']) {
    expect(classify(200, body).outcome).toBe('unknown');
  }
});

it.each([
  [403, 'invalid_grant', 'refused'],
  [400, 'invalid_grant', 'refused'],
  [403, 'access_denied', 'refused'],
  [403, 'unauthorized', 'refused'],
  [401, 'access_denied', 'unknown'],
  [401, 'invalid_client', 'unknown'],
  [400, 'invalid_request', 'unknown'],
  [429, 'too_many_requests', 'unknown'],
  [500, 'server_error', 'unknown'],
  [503, 'temporarily_unavailable', 'unknown'],
])('reads %i %s as %s', (status, error, outcome) => {
  expect(classify(status, { error, error_description: 'words' })).toEqual({ outcome, error });
});

it('takes no page of a proxy for a refusal', () => {
  expect(classify(403, '<html>')).toEqual({ outcome: 'unknown', error: 'status 403' });
});
