/** What a User-Agent header says of a browser, as far as people would call it by name. */
export interface Browser {
  name: string | undefined;
  system: string | undefined;
}

/** In this order: most browsers also name those they descend from. */
const NAMES: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|HeadlessChrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const firstOf = (list: [RegExp, string][], text: string): string | undefined =>
  list.find(([pattern]) => pattern.test(text))?.[1];

/** Names browser and system of a User-Agent; what it does not tell is undefined. It is a claim, shown and never trusted. */
export function readBrowser(userAgent: string | null): Browser {
  const text = userAgent ?? '';
  return { name: firstOf(NAMES, text), system: firstOf(SYSTEMS, text) };
}
