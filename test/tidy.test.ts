import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const BUILT = new Set(['node_modules', '.dev', '.git', '.wrangler', 'dist']);

/** Every text file of the sources: path → text. */
const files = new Map(
  ['**/*.{ts,tsx,js,sql,css,html,md,toml,json}', '.ci/*', '.env.example']
    .flatMap((pattern) =>
      globSync(pattern, { exclude: (name) => name === 'coverage' || BUILT.has(posix.basename(name)) }),
    )
    .filter((path) => path !== 'package-lock.json')
    .map((path) => [path, readFileSync(path, 'utf8')] as const),
);
const code = [...files].filter(([path]) => /\.tsx?$/.test(path));
const product = code.filter(([path]) => !path.endsWith('.test.ts') && !/^(dev|test)\//.test(path));
const THIS = 'test/tidy.test.ts';

/** `path:line` of every line that the pattern fits. */
function found(among: Iterable<readonly [string, string]>, pattern: RegExp): string[] {
  return [...among].flatMap(([path, text]) =>
    path === THIS
      ? []
      : text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

/** What a file imports: a path in the repository, or the name of a package. */
const imports: Import[] = code.flatMap(([from, text]) =>
  [...text.matchAll(/(?:^|\n)\s*(import|export)(\s+type)?\b[^;'"]*?\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)/g)].map(
    ([, , type, named, called]) => {
      const target = named ?? called ?? '';
      const to = target.startsWith('.') ? posix.join(posix.dirname(from), target) : target;
      return { from, to, typeOnly: type !== undefined };
    },
  ),
);

function crossing(from: RegExp, to: RegExp, allow: (each: Import) => boolean = () => false): string[] {
  return imports
    .filter((each) => from.test(each.from) && to.test(each.to) && !allow(each))
    .map((each) => `${each.from} → ${each.to}`);
}

describe('the rooms', () => {
  const isTest = ({ from }: Import) => from.endsWith('.test.ts');
  it('know only what they may', () => {
    expect(imports.length).toBeGreaterThan(300);
    expect(crossing(/^domain\//, /^(worker|queues|drizzle|web|hono|cloudflare:|node:)/, isTest)).toEqual([]);
    expect(crossing(/^worker\//, /^(queues|web)\//)).toEqual([]);
    expect(crossing(/^queues\//, /^(worker|web)\/|^hono/)).toEqual([]);
    expect(crossing(/^drizzle\//, /^(worker|queues|web)\//)).toEqual([]);
    expect(crossing(/^(domain|worker|queues|drizzle|web)\//, /^(dev|test)\//, isTest)).toEqual([]);
  });
  it('give the storefront types and pure rules, no code of the API', () => {
    const isShape = ({ to, typeOnly }: Import) => typeOnly || !to.startsWith('worker/');
    expect(crossing(/^web\/src\//, /^(worker|drizzle|queues)\//, isShape)).toEqual([]);
  });
  it('keep routes free of the database', () => {
    expect(crossing(/^worker\/.*route\.ts$/, /^drizzle-orm|^drizzle\//)).toEqual([]);
  });
});

describe('one road to the database', () => {
  // The seed is the owner's, and never part of a Worker.
  it('opens every transaction in drizzle/transaction.ts', () => {
    const others = product.filter(([path]) => !/^drizzle\/(transaction|seed)\.ts$/.test(path));
    expect(found(others, /\.batch\(|\.transaction\(|@neondatabase\/serverless|drizzle-orm\/neon/)).toEqual([]);
  });
  it('reads the clock of the database through app.now alone', () => {
    const sql = [...files].filter(([path]) => path.endsWith('.sql') || /^(worker|queues|drizzle)\//.test(path));
    const clocks = /(?<![.\w])now\(\)|\bcurrent_timestamp\b|\b(clock|statement|transaction)_timestamp\(\)/i;
    const definition = sql.filter(([path]) => path.endsWith('0000_foundation.sql'));
    expect(found(definition, clocks)).toHaveLength(1);
    expect(found(sql, clocks)).toEqual(found(definition, clocks));
  });
});

describe('the house', () => {
  it('has no giant', () => {
    const long = code
      .map(([path, text]) => ({ path, lines: text.split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
  it('has no junk room', () => {
    const names = [...files.keys()].filter((path) =>
      /(^|\/)(utils?|helpers?|types?|manager|service|misc|common)(\.|\/|$)/i.test(path),
    );
    expect(names).toEqual([]);
  });
  it('has no leftovers', () => {
    expect(found(files, /\b(TODO|FIXME|XXX|HACK)\b|eslint-disable|@ts-(ignore|expect-error|nocheck)/)).toEqual([]);
    expect(found(code, /\b(it|describe|test)\.(only|skip|todo)\b|\bdebugger\b/)).toEqual([]);
    const quiet = product.filter(([path]) => !path.endsWith('/log.ts'));
    expect(found(quiet, /\bconsole\.(log|debug)\(/)).toEqual([]);
  });
  it('names no machine and no registry', () => {
    expect(found(files, /(?<![.\w}])\/(home|Users|root|tmp)\/\w|registry\.npmjs|node_modules\/\.cache/)).toEqual([]);
  });
  it('keeps secrets out', () => {
    expect(found(files, /\b(sk|rk)_live_\w{8,}|-----BEGIN (RSA |EC )?PRIVATE KEY-----\s*\w/)).toEqual([]);
  });
});
