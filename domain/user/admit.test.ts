import { expect, it } from 'vitest';
import { decideAdmission } from './admit.ts';

it('admits whom it knows anywhere, and newcomers on sites that sell', () => {
  for (const kind of ['site', 'platform'] as const) {
    expect(decideAdmission({ kind, signIn: ['email'] }, 'user')).toEqual({ outcome: 'enter', userId: 'user' });
  }
  expect(decideAdmission({ kind: 'site', signIn: ['wallet', 'email'] }, null)).toEqual({ outcome: 'create' });
  expect(() => decideAdmission({ kind: 'platform', signIn: ['email'] }, null)).toThrow('auth.not_operator');
});

it('admits nobody where the site offers wallets alone', () => {
  for (const known of ['user', null]) {
    expect(() => decideAdmission({ kind: 'site', signIn: ['wallet'] }, known)).toThrow('auth.method');
  }
});
