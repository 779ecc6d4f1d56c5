/** Languages the pages are written in. A site may name any locale; it is shown in the nearest of these. */
export type Language = 'en' | 'zh-cn';

/** The language that words for `locale` are written in. */
export function languageOf(locale: string): Language {
  return /^zh(-|$)/i.test(locale) ? 'zh-cn' : 'en';
}

/** The first of `wanted` that the site offers, else the site's first locale. The site's order is the operator's wish. */
export function chooseLocale(offered: readonly string[], wanted: readonly (string | null | undefined)[]): string {
  const found = wanted.find((locale) => typeof locale === 'string' && offered.includes(locale));
  return found ?? offered[0] ?? 'en';
}

/** What a record by locale says in `locale`: exactly, else in the same language, else its first entry. */
export function inLocale(words: Record<string, string>, locale: string): string {
  const language = languageOf(locale);
  const near = Object.keys(words).find((key) => languageOf(key) === language);
  return words[locale] ?? words[near ?? ''] ?? Object.values(words)[0] ?? '';
}
