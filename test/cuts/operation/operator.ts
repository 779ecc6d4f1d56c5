import { randomUUID } from 'node:crypto';
import type { ApiVisitor } from '../../../dev/client/visitor.ts';
import { newOperator } from '../../harness/operator.ts';
import type { MintedSite } from '../../harness/site.ts';
import { persist } from '../persist.ts';

let signedIn: Promise<ApiVisitor> | undefined;

/** Signs the operator in, who then does so for all operations: signing in is not what is cut. */
export const operator = (): Promise<ApiVisitor> => (signedIn ??= newOperator());

/** Posts below `/admin/{site}` as the console does: once more with the same key where there is no answer. */
export async function asOperator(site: MintedSite, path: string, body: object): Promise<void> {
  const visitor = await operator();
  const headers = { 'idempotency-key': randomUUID() };
  const { status, body: said } = await persist(() => visitor.post(`/admin/${site.code}/${path}`, body, headers));
  if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(said)}`);
}
