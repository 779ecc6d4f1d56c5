import { expect, test } from 'vitest';
import { readTransaction } from './transaction.ts';

const told = {
  id: 'tx',
  status: 'CONFIRMING',
  externalTxId: 'na.r.1',
  txHash: '0xabc',
  assetId: 'NAT',
  source: { type: 'VAULT_ACCOUNT', id: '1' },
  destinationAddress: '0xdef',
  amount: 1e21,
  amountInfo: { amount: '1000000000000000000000.5', requestedAmount: '1000000000000000000000.5' },
};

test('the amount is read as text, never from the number that cannot hold it', () => {
  expect(readTransaction(told)).toEqual({
    id: 'tx',
    status: 'CONFIRMING',
    externalTxId: 'na.r.1',
    txHash: '0xabc',
    assetId: 'NAT',
    vaultId: '1',
    amount: '1000000000000000000000.5',
    address: '0xdef',
  });
  expect(readTransaction({ ...told, amountInfo: undefined }).amount).toBe('');
});

test('a transaction of somebody else may lack anything but its id and status', () => {
  expect(readTransaction({ id: 'tx', status: 'COMPLETED', txHash: '' })).toMatchObject({
    externalTxId: null,
    txHash: null,
    vaultId: '',
    address: '',
  });
});

test.each([null, 'text', {}, { id: 'tx' }, { id: 7, status: 'COMPLETED' }])('%o is no transaction', (value) => {
  expect(() => readTransaction(value)).toThrow('request.malformed');
});
