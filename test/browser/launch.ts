import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import packed from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const ROOT = new URL('../../.dev/', import.meta.url).pathname;

/**
 * Starts the Chromium of our own dependencies, so that no browser need be installed. It is unpacked once into
 * `.dev/`. `CHROMIUM_PATH` names another Chromium, for machines the packed one does not run on.
 */
export async function launchChromium(): Promise<Browser> {
  const own = process.env['CHROMIUM_PATH'];
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own });
  const folder = join(ROOT, `chromium-${await packedVersion()}`);
  if (!existsSync(folder)) await unpack(folder);
  const fonts = join(folder, 'fonts.conf');
  await writeFile(fonts, fontConfig(join(folder, 'fonts')));
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    env: { ...process.env, FONTCONFIG_FILE: fonts },
  });
}

async function packedVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const text = await readFile(join(dirname(entry), '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The package unpacks into the system's temporary folder: that is pointed to a draft, which then takes its place. */
async function unpack(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = draft;
  try {
    await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another run may have unpacked it meanwhile.
    if (!existsSync(folder)) throw error;
    await rm(draft, { recursive: true, force: true });
  }
}

/** The packed font first, so that pages look alike everywhere and show letters on a machine without any font. */
function fontConfig(folder: string): string {
  const prefer = (family: string) =>
    `<match><test name="family"><string>${family}</string></test>` +
    '<edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>';
  return [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    `<dir>${folder}</dir><cachedir>${join(folder, 'cache')}</cachedir>`,
    '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
    ...['sans', 'sans-serif', 'system-ui'].map(prefer),
    '</fontconfig>',
  ].join('');
}
