import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../port.ts';
import { startWorkers, type Workers } from '../runtime/workers.ts';
import { evaluate } from './inspect.ts';
import { PRELUDE, readCounts, TAKE_COUNTS, withV8Flags } from './prelude.ts';

const API = `function side(url) {
  if (url.includes('left')) { return 'to the left'; }
  return 'to the right';
}
function never() { return 'not at all'; }
const first = side('left');
export default { async fetch(request) { await scheduler.wait(1); return new Response(side(request.url) + first); } };`;

const config = (name: string) => `name = "${name}"\ncompatibility_date = "2026-10-01"\n`;
const FILES = {
  'wrangler.toml': config('posx-api'),
  'queues/wrangler.toml': config('posx-queues'),
  'web/wrangler.toml': `${config('posx-web')}pages_build_output_dir = "dist"
    services = [{ binding = "API", service = "posx-api" }]`,
  'api.js': API,
  'queues.js': 'export default { queue() {} }',
  'web.js': 'export default { fetch: (request, env) => env.API.fetch(request) }',
};

let root: string;
let workers: Workers;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'posx-coverage-'));
  for (const folder of ['queues', 'web', 'assets']) await mkdir(join(root, folder));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(root, name), text);
  const web = { worker: join(root, 'web.js'), assets: join(root, 'assets') };
  const bundles = { api: join(root, 'api.js'), queues: join(root, 'queues.js'), web };
  const bindings = { api: {}, queues: {}, web: {} };
  const port = await freePort();
  const options = { root, port, bundles, bindings, inspector: true, prelude: PRELUDE };
  workers = await withV8Flags(() => startWorkers(options));
}, 30_000);

afterAll(async () => {
  await workers.dispose();
  await rm(root, { recursive: true, force: true });
});

const ask = async (path: string): Promise<string> => (await fetch(workers.url + path)).text();

/** The counts of the smallest ranges around texts of the script; undefined where no range is. */
async function take(...texts: string[]): Promise<(number | undefined)[]> {
  const json = await evaluate(workers.inspectorUrl ?? '', 'posx-api', TAKE_COUNTS);
  const ranges = readCounts(String(json)).sort((a, b) => a.end - a.start - (b.end - b.start));
  return texts.map((text) => {
    const at = API.indexOf(text);
    return ranges.find(({ start, end }) => start <= at && at < end)?.count;
  });
}

it('counts each block from the first statement of the script on, and starts anew when asked', async () => {
  expect(await ask('/left')).toBe('to the leftto the left');
  expect(await take('return new', "'to the left'", "'to the right'")).toEqual([1, 2, 0]);
  await ask('/right');
  await ask('/right');
  expect(await take('return new', "'to the left'", "'to the right'")).toEqual([2, 0, 2]);
  // V8 says nothing of a function that never ran below a top level it did not count.
  expect(await take("'not at all'")).toEqual([undefined]);
});

it('names the Worker that cannot be asked, and why', async () => {
  const failure = evaluate(workers.inspectorUrl ?? '', 'posx-api', 'nothing.at.all');
  await expect(failure).rejects.toMatchObject({
    message: 'The Worker posx-api cannot be asked.',
    cause: { message: expect.stringContaining('ReferenceError: nothing') as string },
  });
  await expect(evaluate(workers.inspectorUrl ?? '', 'posx-none', '1')).rejects.toThrow('posx-none cannot be asked');
});

it('sets no flag beyond the boot', () => {
  expect(process.env['MINIFLARE_WORKERD_V8_FLAGS']).toBeUndefined();
});
