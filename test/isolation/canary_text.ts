import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secrets } from '../../dev/secret.ts';
import { withClient } from '../harness/database.ts';
import { siteTables } from '../harness/digest.ts';
import { useStack } from '../harness/stack.ts';

/** Shorter texts are words that everybody uses: states, currencies, symbols. */
const LENGTH = 8;

/** Numbers, instants and the short addresses of this machine's own network tell of nobody. */
const ANYBODYS = /^(\d+|\d+(\.\d+){3}|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d))$/;

/** Every text that stands in a row of this site, whatever the table and column, in lower case; JSON by its parts. */
export async function textsOf(siteId: string): Promise<Set<string>> {
  const tables = (await siteTables()).map((name) => `select to_jsonb(t) as row from ${name} t where t.site_id = $1`);
  const site = 'select to_jsonb(t) from sites t where t.id = $1';
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ row: unknown }>([...tables, site].join(' union all '), [siteId]),
  );
  return new Set(
    rows
      .flatMap(({ row }) => leaves(row))
      .map((text) => text.replace(/^\\x/, '').toLowerCase())
      .filter((text) => text.length >= LENGTH && !ANYBODYS.test(text)),
  );
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** Texts of one site that stand in no row of the others. */
export async function textsOfAlone(siteId: string, others: readonly string[]): Promise<string[]> {
  const [own, ...foreign] = await Promise.all([siteId, ...others].map(textsOf));
  return [...(own ?? [])].filter((text) => !foreign.some((texts) => texts.has(text)));
}

/** Which of these texts a text holds, in whatever capitals. */
export function foundIn(texts: readonly string[], held: string): string[] {
  const low = held.toLowerCase();
  return texts.filter((text) => low.includes(text.toLowerCase()));
}

/** What the parts of the platform prove themselves to each other with. No answer and no log holds any of it. */
export async function platformSecrets(): Promise<string[]> {
  const { folder, database, stripe } = useStack();
  const { custody } = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Secrets;
  const urls = Object.values(database).filter((url) => url.startsWith('postgres'));
  const keyLines = custody.privateKey.split('\n').filter((line) => line.length > 60 && !line.startsWith('-----'));
  return [
    ...urls.map((url) => decodeURIComponent(new URL(url).password)),
    ...[stripe.secretKey, stripe.webhookSecret, custody.apiKey],
    ...keyLines,
  ];
}
