import { expect, it } from 'vitest';
import { paymentIntentRequest } from './intent.ts';

const order = { id: 'o-1', siteCode: 'na', amountMinor: 25_050n, currency: 'USD' };

it('asks under the order’s own key, so that asking again finds the same PaymentIntent', () => {
  const { params, idempotencyKey } = paymentIntentRequest(order);
  expect(idempotencyKey).toBe('o-1');
  expect(params).toMatchObject({ amount: 25_050, currency: 'usd', metadata: { site: 'na', order: 'o-1' } });
  expect(paymentIntentRequest(order)).toEqual(paymentIntentRequest({ ...order }));
});

it('leaves out what takes days to be money, and lets the provider choose the rest', () => {
  const { params } = paymentIntentRequest(order);
  expect(params.automatic_payment_methods).toEqual({ enabled: true });
  expect(params.excluded_payment_method_types).toEqual(expect.arrayContaining(['us_bank_account', 'sepa_debit']));
});

it('takes an order without an amount for misuse', () => {
  expect(() => paymentIntentRequest({ ...order, amountMinor: 0n })).toThrow(TypeError);
});
