import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { StackError } from '../process.ts';

/** Bytes of one part of a deployment. */
export interface Size {
  readonly part: string;
  readonly raw: number;
  readonly gzip: number;
  /** Of a Worker's script; files of the storefront have limits of their own. */
  readonly isScript: boolean;
  readonly files: number;
}

/** Cloudflare's limits of a Worker's script, after gzip; Pages Functions have the same. */
const PAID_SCRIPT_BYTES = 10 * 1024 * 1024;
const FREE_SCRIPT_BYTES = 3 * 1024 * 1024;

/** Cloudflare's limits of static files, on Pages and with a Worker alike (free plan). */
const FILE_BYTES = 25 * 1024 * 1024;
const FILES = 20_000;

/** Measures a Worker's script. Its source map is uploaded apart and does not count. */
export async function measureScript(part: string, file: string): Promise<Size> {
  const bytes = await readFile(file);
  return { part, raw: bytes.length, gzip: gzipSync(bytes).length, isScript: true, files: 1 };
}

/**
 * Measures all files under a folder.
 *
 * @throws StackError when Cloudflare would refuse one for its size, or all for their number.
 */
export async function measureFiles(part: string, folder: string): Promise<Size> {
  let raw = 0;
  let gzip = 0;
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true })) {
    const path = join(folder, entry);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    if (bytes.length > FILE_BYTES) throw new StackError(`${path} is larger than the 25 MiB that Cloudflare takes.`);
    raw += bytes.length;
    gzip += gzipSync(bytes).length;
    files += 1;
  }
  if (files > FILES) throw new StackError(`${folder} holds ${files} files, and Cloudflare takes ${FILES}.`);
  return { part, raw, gzip, isScript: false, files };
}

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

/**
 * The table that people read.
 *
 * @throws StackError for a script that no plan takes.
 */
export function sizeTable(sizes: readonly Size[]): string {
  const tooLarge = sizes.find(({ isScript, gzip }) => isScript && gzip > PAID_SCRIPT_BYTES);
  if (tooLarge !== undefined)
    throw new StackError(`${tooLarge.part} is ${kib(tooLarge.gzip)} after gzip, over Cloudflare's limit of 10 MiB.`);
  const rows = sizes.map(({ part, raw, gzip, isScript, files }) => [
    part,
    kib(raw),
    kib(gzip),
    limit(isScript, gzip, files),
  ]);
  const table = [['part', 'raw', 'gzip', "Cloudflare's limit"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map(([part = '', raw = '', gzip = '', says = '']) =>
      [part.padEnd(widths[0] ?? 0), raw.padStart(widths[1] ?? 0), gzip.padStart(widths[2] ?? 0), says].join('  '),
    )
    .join('\n');
}

function limit(isScript: boolean, gzip: number, files: number): string {
  if (!isScript) return `${files} files of ${FILES}, each at most 25 MiB`;
  return gzip > FREE_SCRIPT_BYTES
    ? '10 MiB gzip; too large for the free plan (3 MiB)'
    : '10 MiB gzip, 3 MiB on the free plan';
}
