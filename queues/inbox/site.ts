import { DomainError } from '../../domain/error.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import type { Ports } from '../ports.ts';
import { NO_SITE } from './record.ts';
import type { InboxPlace } from './record.ts';

/**
 * Which site an event is for. A connected account is one site's for ever and decides alone; without one the object's
 * metadata does, which only our own key can write on the platform's account.
 */
export function entryOfEvent(account: string | null, siteCode: string | null): Entry | null {
  if (account !== null) return { account: { provider: 'stripe', account } };
  return siteCode === null ? null : { site: siteCode };
}

/** The place of an event nobody acts on: its site's where it has one, else nobody's. */
export async function placeOf(ports: Ports, entry: Entry | null): Promise<InboxPlace> {
  if (entry === null) return NO_SITE;
  try {
    const [entered] = await transact(ports.database, entry, () => []);
    return { entry, siteId: entered.siteId };
  } catch (error) {
    if (isUnmapped(error)) return NO_SITE;
    throw error;
  }
}

/** Whether an entry led to no site. */
export function isUnmapped(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'webhook.unmapped';
}
