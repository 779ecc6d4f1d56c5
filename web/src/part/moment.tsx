import { createSignal, onMount, type JSX } from 'solid-js';
import { formatDate, formatExactDate, type Detail } from '../format/date.ts';
import { useSite } from '../site/site-view.tsx';

/**
 * An instant in words, whole and with its zone on hover. The server does not know the reader's zone and writes UTC;
 * the browser puts its own in place.
 */
export function Moment(props: { at: string; detail?: Detail }): JSX.Element {
  const { locale } = useSite();
  const [zone, setZone] = createSignal('UTC');
  onMount(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone));
  return (
    <time dateTime={props.at} title={formatExactDate(props.at, locale, zone())}>
      {formatDate(props.at, props.detail ?? 'day', locale, zone())}
    </time>
  );
}
