import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROLES, urlVariable } from '../drizzle/role.ts';
import { readTarget } from './deploy/target.ts';
import { ROOT } from './runtime/root.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const example = read('.env.example');
const named = [...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '');

/** What the shell, npm or the system set: nobody fills them in. */
const GIVEN = ['NODE_ENV', 'npm_execpath', 'DISPLAY', 'TMPDIR'];

/** wrangler reads it from our environment. */
const READ_BY_WRANGLER = ['CLOUDFLARE_ACCOUNT_ID'];

/** Names of bindings: their values are objects of the runtime. */
const bindings = new Set(
  globSync('**/*wrangler.toml', { cwd: ROOT, exclude: ['node_modules', '.dev', '.wrangler'] }).flatMap((path) =>
    [...read(path).matchAll(/binding = "([A-Z_]+)"/g)].map(([, name]) => name),
  ),
);

/** Every variable that code reads: from the process, or from a Worker's environment. */
function readInCode(): Set<string> {
  const found = new Set<string>(ROLES.map(urlVariable));
  const files = globSync('{worker,queues,domain,drizzle,dev,web,test}/**/*.{ts,tsx,js}', {
    cwd: ROOT,
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) || path.endsWith('.test.ts'),
  });
  for (const path of files) {
    const text = read(path);
    for (const [, name = ''] of text.matchAll(/(?:process\.env|variables)(?:\.|\[')([A-Za-z_]+)/g)) found.add(name);
    if (!/^(worker|queues|web)\//.test(path)) continue;
    for (const [, name = ''] of text.matchAll(/\benv\.([A-Z][A-Z_]+)\b/g)) found.add(name);
    // Not every declared variable is read by its name: some are looked up.
    if (path.endsWith('/env.ts'))
      for (const [, name = ''] of text.matchAll(/^ +(?:readonly )?([A-Z][A-Z_\d]+)\??: string/gm)) found.add(name);
  }
  return new Set([...found].filter((name) => !bindings.has(name) && !GIVEN.includes(name)));
}

it('.env.example names every variable that code reads, and no other', () => {
  const code = readInCode();
  expect(code.size).toBeGreaterThan(20);
  expect([...named].sort()).toEqual([...new Set([...code, ...READ_BY_WRANGLER])].sort());
});

it('.env.example says of each variable what it is, and holds no value', () => {
  const lines = example.split('\n');
  for (const [at, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    expect(line).toMatch(/^[A-Z_\d]+=$/);
    expect(lines[at - 1]).toMatch(/^# [^-]/);
  }
});

it('.env.example names every secret and every variable of each deployment', async () => {
  for (const environment of ['production', 'staging'] as const) {
    const { api, queues } = await readTarget(environment, 'pages');
    for (const { secrets, vars } of [api, queues]) {
      expect(secrets.length).toBeGreaterThan(3);
      expect(named).toEqual(expect.arrayContaining([...secrets, ...Object.keys(vars)]));
    }
  }
});
