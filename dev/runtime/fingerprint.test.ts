import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'posx-print-'));
  await mkdir(join(root, 'part/dist'), { recursive: true });
  await writeFile(join(root, 'part/a.ts'), 'one');
});

afterEach(() => rm(root, { recursive: true, force: true }));

const print = (): Promise<string> => fingerprint(root, ['part', 'missing']);

it('changes with the content, the name and the number of files', async () => {
  const seen = [await print()];
  await writeFile(join(root, 'part/a.ts'), 'two');
  seen.push(await print());
  await writeFile(join(root, 'part/b.ts'), '');
  seen.push(await print());
  await rm(join(root, 'part/b.ts'));
  await writeFile(join(root, 'part/c.ts'), '');
  seen.push(await print());
  expect(new Set(seen).size).toBe(4);
});

it('does not change with tests, builds or local secrets', async () => {
  const before = await print();
  await writeFile(join(root, 'part/a.test.ts'), 'x');
  await writeFile(join(root, 'part/dist/_worker.js'), 'x');
  await writeFile(join(root, 'part/.dev.vars'), 'x');
  expect(await print()).toBe(before);
});
