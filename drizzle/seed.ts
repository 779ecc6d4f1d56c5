import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import * as schema from './schema/index.ts';

type Insert<Table extends { $inferInsert: unknown }> = Table['$inferInsert'];
type WithoutSite<Row> = Omit<Row, 'siteId' | 'createdAt' | 'verifiedAt' | 'effectiveAt'>;

/** Somebody with a wallet on a site, and where they stand in its referral tree. */
export interface SeedPerson {
  id: string;
  walletId: string;
  address: string;
  referralCode: string;
  referrerId?: string;
  agent?: boolean;
  /** By which an operator may sign in at Auth0 for the first time. */
  email?: string;
}

/** Everything one site starts with. All ids are given, so that seeding twice changes nothing. */
export interface SeedSite {
  site: Omit<Insert<typeof schema.sites>, 'createdAt' | 'settingsVersion'>;
  settings: Record<string, unknown>;
  domains: WithoutSite<Insert<typeof schema.siteDomains>>[];
  accounts: WithoutSite<Insert<typeof schema.sitePaymentAccounts>>[];
  tiers: WithoutSite<Insert<typeof schema.tiers>>[];
  promoCodes?: WithoutSite<Insert<typeof schema.promoCodes>>[];
  vesting: WithoutSite<Insert<typeof schema.vestingPolicies>> | undefined;
  plan:
    | (WithoutSite<Insert<typeof schema.commissionPlans>> & {
        levels: Omit<Insert<typeof schema.commissionLevels>, 'siteId' | 'planId'>[];
      })
    | undefined;
  people: SeedPerson[];
  operators: WithoutSite<Insert<typeof schema.operators>>[];
  machines?: WithoutSite<Insert<typeof schema.machineClients>>[];
}

/**
 * Writes the sites that are not there yet, each in one transaction as posx_owner within that site; what is there stays
 * as it is. Operators name users of the platform's site, so that one comes first.
 */
export async function seed(ownerUrl: string, sites: readonly SeedSite[]): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const database = drizzle(client, { schema, casing: 'snake_case' });
    for (const each of sites) {
      await database.transaction((transaction) => seedSite(transaction, each));
    }
  } finally {
    await client.end();
  }
}

type Transaction = Parameters<Parameters<ReturnType<typeof drizzle<typeof schema>>['transaction']>[0]>[0];

async function seedSite(database: Transaction, seeded: SeedSite): Promise<void> {
  const { site } = seeded;
  const now = sql`app.now()`;
  const owned = <Row extends object>(row: Row) => ({ ...row, siteId: site.id });
  await database.execute(sql`select set_config('app.site_id', ${site.id}, true)`);
  const made = await database
    .insert(schema.sites)
    .values({ ...site, settingsVersion: 1, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: schema.sites.id });
  if (made.length === 0) return;
  await database.insert(schema.siteSettings).values(owned({ version: 1, settings: seeded.settings, effectiveAt: now }));
  await database.insert(schema.siteDomains).values(seeded.domains.map(owned));
  if (seeded.accounts.length > 0) await database.insert(schema.sitePaymentAccounts).values(seeded.accounts.map(owned));
  if (seeded.vesting !== undefined) await database.insert(schema.vestingPolicies).values(owned(seeded.vesting));
  if (seeded.plan !== undefined) {
    const { levels, ...plan } = seeded.plan;
    await database.insert(schema.commissionPlans).values(owned(plan));
    await database
      .insert(schema.commissionLevels)
      .values(levels.map((level) => ({ ...owned(level), planId: plan.id })));
  }
  if (seeded.tiers.length > 0) await database.insert(schema.tiers).values(seeded.tiers.map(owned));
  const codes = (seeded.promoCodes ?? []).map((code) => ({ ...owned(code), createdAt: now }));
  if (codes.length > 0) await database.insert(schema.promoCodes).values(codes);
  for (const person of seeded.people) await seedPerson(database, site.id, person);
  if (seeded.operators.length > 0) await database.insert(schema.operators).values(seeded.operators.map(owned));
  const machines = (seeded.machines ?? []).map((machine) => ({ ...owned(machine), createdAt: now }));
  if (machines.length > 0) await database.insert(schema.machineClients).values(machines);
}

/** A referrer must come before the people they referred. */
async function seedPerson(database: Transaction, siteId: string, person: SeedPerson): Promise<void> {
  const now = sql`app.now()`;
  const owner = { siteId, userId: person.id };
  const email = person.email ?? null;
  await database
    .insert(schema.users)
    .values({ siteId, id: person.id, email, status: 'active', kyc: 'none', createdAt: now });
  await database.insert(schema.wallets).values({
    ...owner,
    id: person.walletId,
    address: person.address.toLowerCase(),
    isPrimary: true,
    verifiedAt: now,
  });
  await database.insert(schema.referrals).values({
    ...owner,
    code: person.referralCode,
    agentStatus: person.agent === true ? 'active' : 'none',
    directSalesMinor: 0n,
    ...(person.referrerId === undefined ? {} : { referrerId: person.referrerId, boundAt: now }),
  });
}
