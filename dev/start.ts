import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fireCron } from './control.ts';
import { runningStack, STACK_FOLDER } from './description.ts';
import { openBrowser } from './open.ts';
import { portTaken, requirePort } from './port.ts';
import { exitOnInterruptWith, onExit, StackError } from './process.ts';
import { startStack, type Stack } from './stack.ts';

const MINUTE_MILLISECONDS = 60_000;

/** Where wallets expect a local chain; another one is taken when it is not free. */
const CHAIN_PORT = 8_545;

/** `npm start`: the whole platform locally, until Ctrl-C. */
async function main(): Promise<void> {
  const startedAt = Date.now();
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      reset: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new StackError(`--port ${values.port} is not a port.`);
  const running = await runningStack();
  if (running !== null)
    throw new StackError(`POSX already runs here (process ${running.pid}): ${running.platform.url}.`);
  await requirePort(port, 'the platform; use npm start -- --port N');
  if (values.reset) await resetData();
  exitOnInterruptWith(0);
  const stack = await startStack({
    folder: STACK_FOLDER,
    port,
    durable: true,
    databaseUrl: process.env['DATABASE_URL'],
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

/** What was built stays: only data goes. */
async function resetData(): Promise<void> {
  for (const name of [
    'postgres',
    'postgres.password',
    'chain.json',
    'standins.sqlite',
    'standins.sqlite-wal',
    'standins.sqlite-shm',
    'secrets.json',
  ]) {
    await rm(`${STACK_FOLDER}${name}`, { recursive: true, force: true });
  }
}

/** Cloudflare fires cron every minute; locally this does, and once at the start to find what a restart lost. */
function tick(stack: Stack): () => void {
  const fire = () =>
    void fireCron(stack.workers).catch((error: unknown) =>
      console.error('cron failed:', error instanceof Error ? error.message : error),
    );
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

main().catch((error: unknown) => {
  if (error instanceof StackError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});
