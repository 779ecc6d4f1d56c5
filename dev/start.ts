import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endOrphan } from './chain/start.ts';
import { fireCron } from './control.ts';
import { runningStack, STACK_FOLDER } from './description.ts';
import { requireLocalServer } from './local_server.ts';
import { lockFolder } from './lock.ts';
import { openBrowser } from './open.ts';
import { readOptions, UsageError } from './options.ts';
import { portTaken, requirePort } from './port.ts';
import { reapOrphan } from './postgres/orphan.ts';
import { exitOnInterruptWith, isInterrupted, onExit, StackError, stopAll } from './process.ts';
import { startStack, type Stack } from './stack.ts';

const MINUTE_MILLISECONDS = 60_000;

/** Where wallets expect a local chain; another one is taken when it is not free. */
const CHAIN_PORT = 8_545;

/** `npm start`: the whole platform locally, until Ctrl-C. */
async function main(): Promise<void> {
  const startedAt = Date.now();
  const values = readOptions({
    port: { type: 'string', default: '8787' },
    reset: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port ${values.port} is not a port.`);
  const databaseUrl = process.env['DATABASE_URL'] || undefined;
  // Starting also sets the passwords of the server's roles.
  if (databaseUrl !== undefined) requireLocalServer(databaseUrl, 'npm start');
  await takeFolder();
  await requirePort(port, 'the platform; use npm start -- --port N');
  if (values.reset) await resetData(databaseUrl);
  exitOnInterruptWith(0);
  const stack = await startStack({
    folder: STACK_FOLDER,
    port,
    durable: true,
    databaseUrl,
    chainPort: (await portTaken(CHAIN_PORT)) ? 0 : CHAIN_PORT,
    demoWallet: true,
    onLog: ({ level, message }) => level === 'log' || console.error(`[${level}] ${message}`),
    onProgress: (step) => console.log(`  ${step} …`),
  });
  const stopTicking = tick(stack);
  onExit(async () => {
    stopTicking();
    await stack.stop();
  });
  console.log(howToBuy(stack));
  const urls = [...stack.description.sites, stack.description.platform].map(({ url }) => url).join('  ');
  console.log(`POSX ready  ${urls}  (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (!values['no-open']) openBrowser(stack.description.sites[0]?.url);
}

/** One stack a folder: a second one would pull the data from under the first. */
async function takeFolder(): Promise<void> {
  const release = lockFolder(STACK_FOLDER);
  if (release !== null) return void onExit(release);
  const running = await runningStack();
  if (running === null) throw new StackError(`Another start is under way in ${STACK_FOLDER}.`);
  throw new StackError(`POSX already runs here (process ${running.pid}): ${running.platform.url}.`);
}

/** What was built stays: only data goes. */
async function resetData(databaseUrl: string | undefined): Promise<void> {
  if (databaseUrl !== undefined)
    throw new StackError('--reset empties the embedded database, and DATABASE_URL names another one: unset it.');
  // What a killed start left running would write its data again.
  await reapOrphan(join(STACK_FOLDER, 'postgres'));
  await endOrphan(join(STACK_FOLDER, 'chain.json'));
  for (const name of [
    'postgres',
    'postgres.new',
    'postgres.password',
    'chain.json',
    'chain.json.broken',
    'standins.sqlite',
    'standins.sqlite-wal',
    'standins.sqlite-shm',
    'secrets.json',
    'stack.json',
  ]) {
    await rm(join(STACK_FOLDER, name), { recursive: true, force: true });
  }
}

/** Cloudflare fires cron every minute; locally this does, and once at the start to find what a restart lost. */
function tick(stack: Stack): () => void {
  const fire = () =>
    void fireCron(stack.workers).catch((error: unknown) => {
      if (!isInterrupted()) console.error('cron failed:', error instanceof Error ? error.message : error);
    });
  fire();
  const timer = setInterval(fire, MINUTE_MILLISECONDS);
  return () => clearInterval(timer);
}

function howToBuy({ description }: Stack): string {
  const [buyer] = description.demo.buyers;
  const agent = description.demo.agents[1];
  const [operator] = description.demo.operators;
  return `
  How to buy
    1  open ${description.sites[0]?.url ?? ''}/?ref=${agent?.referralCodes?.['na'] ?? ''} and choose a tier
    2  continue with "Demo wallet (local)", which every page of this stack offers, as one of the demo people
         (or with a wallet extension that holds a demo key; network ${description.chain.rpc}, chain id ${description.chain.chainId}:
         buyer     ${buyer?.privateKey ?? ''}
         operator  ${operator?.privateKey ?? ''}, on the platform host)
    3  pay with the test card 4242 4242 4242 4242
  Everything in one go: npm run smoke   ·   move the clock: npm run clock -- +8d   ·   Ctrl-C stops
`;
}

/**
 * Ctrl-C ends parts to which others still speak: a boot goes on, a connection breaks. What fails from then on is no
 * news, and the interrupt itself ends the process.
 */
async function fail(error: unknown): Promise<void> {
  if (isInterrupted()) return;
  console.error(error instanceof StackError ? error.message : error);
  await stopAll();
  process.exit(error instanceof UsageError ? 2 : 1);
}

process.on('uncaughtException', (error) => void fail(error));
main().catch(fail);
