import type { JSX } from 'solid-js';
import { formatToken, shortenToken } from '../format/token.ts';
import { useSite } from '../site/site-view.tsx';

/** An amount of tokens, cut after four decimals; whole on hover. Without `symbol` the bare number. */
export function Tokens(props: { amountBase: string; decimals: number; symbol?: string | undefined }): JSX.Element {
  const { locale } = useSite();
  return (
    <span title={formatToken(props.amountBase, props.decimals, locale, props.symbol)}>
      {shortenToken(props.amountBase, props.decimals, locale, props.symbol)}
    </span>
  );
}
