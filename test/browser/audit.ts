import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const ROOT = new URL('../../', import.meta.url).pathname;
const SCREENSHOTS = join(ROOT, '.dev/screenshots');
const DOCS_IMAGES = join(ROOT, 'docs/images');

const VIEWS = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light' },
] as const;

let source: Promise<string> | undefined;

function axeSource(): Promise<string> {
  source ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return source;
}

/** Frames are left out: the one there is belongs to the payment provider. */
const RUN = `axe.run(document, {
  iframes: false,
  resultTypes: ['violations'],
  rules: { 'target-size': { enabled: true } },
})`;

/**
 * Looks at a page on a phone and on a desk, by day and by night: a screenshot of each to `.dev/screenshots`, and what
 * is wrong: violations of accessibility rules (axe), and content wider than the window.
 *
 * @param name of the screenshots, e.g. `na-order`
 * @returns one line for each finding
 */
export async function auditPage(page: Page, name: string): Promise<string[]> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.evaluate(await axeSource());
  const findings: string[] = [];
  for (const { width, height, colorScheme } of VIEWS) {
    const view = `${name} ${width} ${colorScheme}`;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    // A window as high as the page shows all of it, with what is fixed to the window's edge in its place.
    const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width, height: Math.max(height, whole) });
    await page.screenshot({ path: join(SCREENSHOTS, `${view.replaceAll(' ', '-')}.png`) });
    await page.setViewportSize({ width, height });
    const found = await page.evaluate<AxeResults>(RUN);
    for (const { id, nodes } of found.violations)
      findings.push(
        ...nodes.map(({ target, failureSummary }) => `${view}: ${id} ${target.join(' ')} ${failureSummary ?? ''}`),
      );
    const surplus = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    if (surplus > 0) findings.push(`${view}: ${surplus} px wider than the window`);
  }
  return findings;
}

/** With `DOCS_IMAGES=1` keeps what a window of that height shows for the documentation. */
export async function keepForDocs(page: Page, name: string, height: number): Promise<void> {
  if (process.env['DOCS_IMAGES'] !== '1') return;
  await mkdir(DOCS_IMAGES, { recursive: true });
  await page.setViewportSize({ width: 1280, height });
  await page.screenshot({ path: join(DOCS_IMAGES, `${name}.png`) });
}
