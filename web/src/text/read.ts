import type { BuyerText } from './en-buyer.ts';
import type { SecurityText } from './en-security.ts';
import type { Text } from './en.ts';
import { languageOf } from './locale.ts';

/** The words every page needs, in `locale`. Each language is a file of its own, so a visitor loads one. */
export async function readText(locale: string): Promise<Text> {
  if (languageOf(locale) === 'zh-cn') return (await import('./zh-cn.ts')).zhCn;
  return (await import('./en.ts')).en;
}

/** The words a buyer needs, in `locale`: loaded beside the first page that is not for everybody. */
export async function readBuyerText(locale: string): Promise<BuyerText> {
  if (languageOf(locale) === 'zh-cn') return (await import('./zh-cn-buyer.ts')).zhCnBuyer;
  return (await import('./en-buyer.ts')).enBuyer;
}

/** The words of the security page, in `locale`. */
export async function readSecurityText(locale: string): Promise<SecurityText> {
  if (languageOf(locale) === 'zh-cn') return (await import('./zh-cn-security.ts')).zhCnSecurity;
  return (await import('./en-security.ts')).enSecurity;
}
