import { randomUUID } from 'node:crypto';
import { findAsset, show } from './desk.ts';
import type { Desk } from './desk.ts';
import { CustodyFailure } from './error.ts';
import { notify } from './notify.ts';
import type { Transaction } from './transaction.ts';

/** A create request, as far as it is understood. */
interface Request {
  operation?: unknown;
  assetId?: unknown;
  amount?: unknown;
  externalTxId?: unknown;
  customerRefId?: unknown;
  note?: unknown;
  source?: { type?: unknown; id?: unknown };
  destination?: { type?: unknown; oneTimeAddress?: { address?: unknown } };
}

/**
 * `POST /v1/transactions`: accepts a transfer to a one-time address. Whether it can be carried out (funds, address,
 * decimals) shows later, as a failed transfer, just as at the real custodian.
 *
 * @throws CustodyFailure 400, with code 1438 if the `externalTxId` was ever used before; 503 if a fault was ordered
 */
export function submitTransaction(desk: Desk, body: string): Transaction {
  const request = parse(body);
  const assetId = text(request.assetId, 'assetId');
  const vaultId = text(request.source?.id, 'source.id');
  const destination = text(request.destination?.oneTimeAddress?.address, 'destination.oneTimeAddress.address');
  if ((request.operation ?? 'TRANSFER') !== 'TRANSFER')
    throw invalid('This local stand-in knows the operation TRANSFER only.');
  if (request.source?.type !== 'VAULT_ACCOUNT') throw invalid('source.type must be VAULT_ACCOUNT');
  if (request.destination?.type !== 'ONE_TIME_ADDRESS') throw invalid('destination.type must be ONE_TIME_ADDRESS');
  if (findAsset(desk, vaultId, assetId) === null) throw invalid(`Vault ${vaultId} holds no asset ${assetId}`);
  const amount = text(request.amount, 'amount');
  if (!/^\d{1,60}(\.\d{1,60})?$/.test(amount) || /^[0.]+$/.test(amount)) {
    throw invalid('amount must be a positive decimal string');
  }
  if (desk.faults.fateOf(destination) === 'away') throw new CustodyFailure(503, 1503, 'Service unavailable');
  const now = Date.now();
  const transaction: Transaction = {
    id: randomUUID(),
    externalTxId: optionalText(request.externalTxId),
    customerRefId: optionalText(request.customerRefId),
    assetId,
    vaultId,
    amount,
    destination,
    note: optionalText(request.note) ?? '',
    status: 'SUBMITTED',
    subStatus: '',
    signed: null,
    txHash: null,
    nonce: null,
    block: null,
    createdAt: now,
    lastUpdated: now,
  };
  const { externalTxId } = transaction;
  if (externalTxId !== null && !desk.externalIds.insert(externalTxId, transaction.id)) {
    throw new CustodyFailure(400, 1438, 'The external tx id that was provided in the request, already exists');
  }
  desk.transactions.put(transaction.id, transaction);
  notify(desk.courier, desk.workspaceId, 'transaction.created', transaction.id, show(desk, transaction));
  return transaction;
}

function parse(body: string): Request {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid('The body must be a JSON object');
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a string`);
  return value;
}

function optionalText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function invalid(message: string): CustodyFailure {
  return new CustodyFailure(400, 1400, message);
}
