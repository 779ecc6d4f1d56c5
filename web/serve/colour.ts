/** Red, green and blue, each 0 to 255. */
type Colour = readonly [number, number, number];

/** Reads `#rgb` or `#rrggbb`; null for anything else, so that no other text reaches a style sheet. */
export function readColour(text: string): Colour | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  const [, red, green, blue] = long ?? short ?? [];
  if (red === undefined || green === undefined || blue === undefined) return null;
  const channel = (hex: string): number => parseInt(hex.length === 1 ? hex + hex : hex, 16);
  return [channel(red), channel(green), channel(blue)];
}

/** `#rrggbb`. */
export function writeColour(colour: Colour): string {
  return `#${colour.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** `share` (0 to 1) of `to` stirred into `from`, channel by channel. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const channel = (a: number, b: number): number => a + (b - a) * share;
  return [channel(from[0], to[0]), channel(from[1], to[1]), channel(from[2], to[2])];
}

/** Relative luminance as WCAG 2.2 defines it, 0 (black) to 1 (white). */
export function luminance(colour: Colour): number {
  const linear = (channel: number): number => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

/** Contrast ratio as WCAG 2.2 defines it, 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** Black or white, whichever reads better on `ground`; one of them always reaches 4.5 : 1. */
export function inkOn(ground: Colour): Colour {
  return contrast(WHITE, ground) >= contrast(BLACK, ground) ? WHITE : BLACK;
}

/** `colour`, moved just far enough towards black or white to reach the ratio `least` on `ground`. */
export function legible(colour: Colour, ground: Colour, least: number): Colour {
  const towards = inkOn(ground);
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(colour, towards, share);
    if (contrast(candidate, ground) >= least) return candidate;
  }
  return towards;
}
