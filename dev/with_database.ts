import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initDatabase, type RoleUrls } from '../drizzle/init.ts';
import { migrate } from '../drizzle/migrate.ts';
import { seed } from '../drizzle/seed.ts';
import { demoSites } from './demo/site.ts';
import { runningStack, STACK_FOLDER } from './description.ts';
import { startPostgres } from './postgres/server.ts';
import { loadSecrets } from './secret.ts';
import { roleUrls } from './stack.ts';

/** Connections to one database. */
export interface DatabaseUrls {
  /** May create roles and databases; connects to the server's own database. */
  admin: string;
  /** The same person, connected to ours. */
  superuser: string;
  roles: RoleUrls;
}

/** Runs `work` on the running stack's database, or on a seeded one of its own that goes afterwards. */
export async function withDatabase<Result>(work: (urls: DatabaseUrls) => Promise<Result>): Promise<Result> {
  const running = await runningStack();
  if (running !== null) return work(urlsOf(running.database.superuser, await loadSecrets(STACK_FOLDER)));
  return withThrowAwayDatabase(work);
}

/** Runs `work` on a server with the demo's rows that nobody else knows; it goes afterwards. */
export async function withThrowAwayDatabase<Result>(work: (urls: DatabaseUrls) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'posx-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  try {
    const urls = urlsOf(postgres.superuserUrl, await loadSecrets(folder));
    await initDatabase(urls.admin, urls.roles);
    await migrate(urls.roles.posx_owner);
    await seed(urls.roles.posx_owner, demoSites);
    return await work(urls);
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function urlsOf(admin: string, secrets: Awaited<ReturnType<typeof loadSecrets>>): DatabaseUrls {
  const roles = roleUrls(admin, secrets);
  const superuser = new URL(admin);
  superuser.pathname = new URL(roles.posx_owner).pathname;
  return { admin, superuser: superuser.href, roles };
}
