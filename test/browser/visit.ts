import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { useStack } from '../harness/stack.ts';
import { auditPage } from './audit.ts';
import { watchFaults, type Excuse } from './faults.ts';
import { giveWallet, type OwnedWallet } from './wallet.ts';

export interface VisitOptions {
  /** The key of the wallet in this browser. */
  privateKey: string;
  /** Of further accounts of that wallet. */
  moreKeys?: readonly string[];
  /** IANA name; the server, which does not know it, writes UTC. */
  timezoneId?: string;
  /** Of further sites the visitor goes to. */
  more?: readonly string[];
  excuses?: readonly Excuse[];
}

/** Somebody's browser with a wallet, at one site. */
export interface Visit {
  page: Page;
  address: string;
  wallet: OwnedWallet;
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
  const { privateKey, moreKeys = [], timezoneId = 'Europe/Berlin', more = [], excuses = [] } = options;
  const context = await browser.newContext({ timezoneId, locale: 'en-US', reducedMotion: 'reduce' });
  try {
    context.setDefaultTimeout(15_000);
    const { stripe, oidc, platform } = useStack();
    const origins = [url, ...more, stripe.url, oidc.issuer, platform.url].map((known) => new URL(known).origin);
    const faults = await watchFaults(context, origins, excuses);
    const wallet = await giveWallet(context, [privateKey, ...moreKeys]);
    const [address = ''] = wallet.addresses;
    const page = await context.newPage();
    const audit = async (name: string): Promise<void> => {
      expect(await auditPage(page, name)).toEqual([]);
    };
    await work({ page, address, wallet, audit });
    expect(faults()).toEqual([]);
  } finally {
    await context.close();
  }
}
