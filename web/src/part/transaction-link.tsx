import { Show, type JSX } from 'solid-js';
import { shortenAddress } from '../format/address.ts';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';

/** A transaction by its hash, with the chain's explorer behind it where there is one. */
export function TransactionLink(props: { hash: string }): JSX.Element {
  const { site } = useSite();
  const words = useWords();
  const href = (): string | null => {
    const base = site.chain.explorer_url;
    return base === null || !/^https?:\/\//.test(base) ? null : `${base.replace(/\/$/, '')}/tx/${props.hash}`;
  };
  return (
    <span class="small">
      {words.order.transaction}{' '}
      <Show when={href()} fallback={<code title={props.hash}>{shortenAddress(props.hash)}</code>}>
        {(url) => (
          <a href={url()} target="_blank" rel="noopener noreferrer">
            <code>{shortenAddress(props.hash)}</code>
          </a>
        )}
      </Show>
    </span>
  );
}
