import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { loadChecks, runChecks } from '../drizzle/check.ts';
import { initDatabase, type RoleUrls } from '../drizzle/init.ts';
import { migrate } from '../drizzle/migrate.ts';
import { plantViolations } from '../drizzle/plant.ts';
import { ROLES, urlVariable } from '../drizzle/role.ts';
import { seed } from '../drizzle/seed.ts';
import { demoSites } from './demo/site.ts';
import { requireLocalServer } from './local_server.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';
import { withDatabase, type DatabaseUrls } from './with_database.ts';

const WAIT_SECONDS = 60;

const COMMANDS: Record<string, (urls: DatabaseUrls) => Promise<unknown>> = {
  wait,
  init,
  migrate: apply,
  seed: fill,
  check,
};

/** Until the server takes connections. */
async function wait({ admin }: DatabaseUrls): Promise<void> {
  const until = Date.now() + WAIT_SECONDS * 1_000;
  for (;;) {
    const client = new pg.Client({ connectionString: admin, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      console.log('the database is ready');
      return;
    } catch (error) {
      if (Date.now() > until)
        throw new StackError(`The database did not answer within ${WAIT_SECONDS} s: ${String(error)}`);
      await sleep(250);
    }
  }
}

/** Roles, database and migrations on an empty server; safe to repeat. */
async function init({ admin, roles }: DatabaseUrls): Promise<void> {
  await initDatabase(admin, roles);
  const applied = await migrate(roles.posx_owner);
  console.log(`roles and database are there, ${applied.length} migrations applied`);
}

async function apply({ roles }: DatabaseUrls): Promise<void> {
  const applied = await migrate(roles.posx_owner);
  console.log(`${applied.length} migrations applied${applied.length === 0 ? '' : `: ${applied.join(', ')}`}`);
}

async function fill({ roles }: DatabaseUrls): Promise<void> {
  requireLocalServer(roles.posx_owner, 'npm run db:seed');
  await seed(roles.posx_owner, demoSites);
  console.log(`${demoSites.length} sites are there`);
}

/** Every truth of drizzle/checks; with `--self-test` also that each can fail. */
async function check(urls: DatabaseUrls): Promise<boolean> {
  if (process.argv.includes('--self-test')) return selfTest(urls.superuser);
  const client = new pg.Client({ connectionString: urls.roles.posx_admin });
  await client.connect();
  try {
    const checks = await loadChecks();
    const violations = await runChecks(client, checks);
    for (const violation of violations) console.log(`${violation.check}: ${JSON.stringify(violation.row)}`);
    console.log(`${checks.length} checks, ${violations.length} violations`);
    return violations.length === 0;
  } finally {
    await client.end();
  }
}

async function selfTest(superuserUrl: string): Promise<boolean> {
  const { planted, found, missed } = await plantViolations(superuserUrl);
  for (const each of missed) console.log(`missed  ${each}`);
  console.log(`${planted} planted, ${found} found`);
  return missed.length === 0;
}

/** The environment's connections, when DATABASE_URL names a server: what production uses. */
function urlsOfEnvironment(): DatabaseUrls | null {
  const admin = process.env['DATABASE_URL'];
  if (admin === undefined || admin === '') return null;
  const roles = Object.fromEntries(
    ROLES.map((role) => {
      const url = process.env[urlVariable(role)];
      if (url === undefined)
        throw new StackError(`DATABASE_URL is set, but ${urlVariable(role)} is not: see .env.example.`);
      return [role, url];
    }),
  ) as RoleUrls;
  const superuser = new URL(admin);
  superuser.pathname = new URL(roles.posx_owner).pathname;
  return { admin, superuser: superuser.href, roles };
}

/** `npm run db:…`: the database's life, on DATABASE_URL, the running stack, or a server of its own. */
runCommand(async () => {
  const command = COMMANDS[process.argv[2] ?? ''];
  if (command === undefined) throw new StackError(`Say which: ${Object.keys(COMMANDS).join(', ')}.`);
  const given = urlsOfEnvironment();
  return given === null ? withDatabase(command) : command(given);
});
