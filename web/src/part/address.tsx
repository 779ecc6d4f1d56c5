import type { JSX } from 'solid-js';
import { shortenAddress } from '../format/address.ts';
import { Copy } from './copy.tsx';

/** An address by its ends, whole on focus and hover, with a button that copies it. */
export function Address(props: { value: string }): JSX.Element {
  return (
    <span class="address">
      <code tabindex="0" title={props.value} aria-label={props.value}>
        <span class="address-short">{shortenAddress(props.value)}</span>
        <span class="address-whole">{props.value}</span>
      </code>
      <Copy value={props.value} />
    </span>
  );
}
