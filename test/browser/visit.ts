import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { useStack } from '../harness/stack.ts';
import { auditPage } from './audit.ts';
import { watchFaults, type Excuse } from './faults.ts';
import { giveWallet } from './wallet.ts';

export interface VisitOptions {
  /** The key of the wallet in this browser. */
  privateKey: string;
  /** IANA name; the server, which does not know it, writes UTC. */
  timezoneId: string;
  excuses?: readonly Excuse[];
}

/** Somebody's browser with a wallet, at one site. */
export interface Visit {
  page: Page;
  address: string;
  /** Screenshots and accessibility of what is shown now. Fails the test on any finding. */
  audit: (name: string) => Promise<void>;
}

/** Runs `work` in a browser profile of its own, and fails if any page of it had a fault: see {@link watchFaults}. */
export async function visit(
  browser: Browser,
  url: string,
  options: VisitOptions,
  work: (visit: Visit) => Promise<void>,
): Promise<void> {
  const { privateKey, timezoneId, excuses = [] } = options;
  const context = await browser.newContext({ timezoneId, locale: 'en-US', reducedMotion: 'reduce' });
  try {
    context.setDefaultTimeout(15_000);
    const faults = await watchFaults(context, [new URL(url).origin, new URL(useStack().stripe.url).origin], excuses);
    const address = await giveWallet(context, privateKey);
    const page = await context.newPage();
    const audit = async (name: string): Promise<void> => {
      expect(await auditPage(page, name)).toEqual([]);
    };
    await work({ page, address, audit });
    expect(faults()).toEqual([]);
  } finally {
    await context.close();
  }
}
