import type { Site } from '../../worker/site/shape.ts';
import { inkOn, legible, luminance, mix, readColour, writeColour } from './colour.ts';

type Brand = Pick<Site['brand'], 'accent' | 'surface' | 'ink' | 'radius'>;
type Colour = NonNullable<ReturnType<typeof readColour>>;

const NIGHT_SURFACE: Colour = [16, 18, 22];
const NIGHT_INK: Colour = [234, 236, 240];

/** The five colours everything else is derived from in `tokens.css`. */
function palette(accent: Colour, surface: Colour, ink: Colour): string {
  // A control needs 3 : 1 against its ground, words 4.5 : 1; a little more, since words also stand on tinted grounds.
  // A poor brand colour is moved, not refused.
  const control = legible(accent, surface, 3);
  return [
    `--surface:${writeColour(surface)}`,
    `--ink:${writeColour(legible(ink, surface, 7))}`,
    `--accent:${writeColour(control)}`,
    `--on-accent:${writeColour(inkOn(control))}`,
    `--accent-text:${writeColour(legible(accent, surface, 5.3))}`,
    `color-scheme:${luminance(surface) < 0.18 ? 'dark' : 'light'}`,
  ].join(';');
}

/**
 * Custom properties of a site's brand for light and dark. Each value passes a strict pattern or is replaced by a plain
 * default, so a brand can colour the page and do nothing else. A brand that is dark already looks the same day and night.
 */
export function brandStyle(brand: Brand): string {
  const accent = readColour(brand.accent) ?? [37, 84, 214];
  const surface = readColour(brand.surface) ?? [255, 255, 255];
  const ink = readColour(brand.ink) ?? [20, 22, 27];
  const radius = /^\d{1,2}(\.\d{1,2})?(px|rem)$/.test(brand.radius) ? brand.radius : '12px';
  const day = `:root{--radius:${radius};${palette(accent, surface, ink)}}`;
  if (luminance(surface) < 0.18) return day;
  const night = palette(accent, mix(NIGHT_SURFACE, accent, 0.03), NIGHT_INK);
  return `${day}@media (prefers-color-scheme:dark){:root{${night}}}`;
}

/** A site's mark when it has no icon of its own: its first letter on its accent, as an SVG document. */
export function brandIcon(name: string, brand: Brand): string {
  const accent = readColour(brand.accent) ?? [37, 84, 214];
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? 'P';
  const font = 'font-family="system-ui,sans-serif" font-size="18" font-weight="700" text-anchor="middle"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${writeColour(accent)}"/><text x="16" y="22.5" ${font} fill="${writeColour(inkOn(accent))}">${letter}</text></svg>`;
}
