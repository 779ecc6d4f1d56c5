import { describe, expect, it } from 'vitest';
import { DomainError, REFUSALS, isRefusalCode } from './error.ts';

describe('DomainError', () => {
  it('carries its code, whether to retry, and the public sentence', () => {
    const error = new DomainError('payment.unavailable', { cause: new Error('ECONNRESET') });
    expect(error).toMatchObject({ code: 'payment.unavailable', retry: true, extra: undefined });
    expect(error.detail).toBe(REFUSALS['payment.unavailable'].sentence);
  });

  it('keeps its cause out of what is public', () => {
    const error = new DomainError('internal', { cause: new Error('password=hunter2') });
    expect(`${error.message} ${error.detail}`).not.toContain('hunter2');
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('the set of refusals', () => {
  it('knows its codes, and nothing an object merely inherits', () => {
    expect(isRefusalCode('tier.sold_out')).toBe(true);
    for (const text of ['tier.gone', '', 'toString', '__proto__']) expect(isRefusalCode(text)).toBe(false);
  });

  it('speaks in short sentences that begin with a capital and end with a full stop', () => {
    for (const { sentence } of Object.values(REFUSALS)) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence.length).toBeLessThan(90);
    }
  });
});
