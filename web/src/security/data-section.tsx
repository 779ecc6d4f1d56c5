import { Show, type JSX } from 'solid-js';
import { identity } from '../api/identity.ts';
import { Notice } from '../part/notice.tsx';
import { createGuarded } from '../sign-in/create-guarded.ts';
import { Fresh } from '../sign-in/fresh.tsx';
import { useSite } from '../site/site-view.tsx';
import type { SecurityText } from '../text/en-security.ts';
import { useWords } from '../text/words.tsx';

interface DataSectionProps {
  text: SecurityText['data'];
  onErrand: (errand: string) => void;
  onSaid: (sentence: string) => void;
}

/** Gives `data` to the browser as a file to keep. */
function save(name: string, data: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.rel = 'external';
  link.click();
  URL.revokeObjectURL(url);
}

/** Taking one's data along, and leaving. */
export function DataSection(props: DataSectionProps): JSX.Element {
  const { site } = useSite();
  const words = useWords();
  const download = createGuarded(async () => {
    props.onSaid('');
    save(`${site.code}-account.json`, await identity.exportData());
    props.onSaid(props.text.exported);
  });
  return (
    <section class="card" aria-labelledby="data">
      <h2 id="data">{props.text.title}</h2>
      <div class="item">
        <p class="muted">{props.text.exportNote}</p>
        <button
          type="button"
          class="button button-second button-inline"
          aria-busy={download.isBusy() ? 'true' : undefined}
          onClick={() => void download.run()}
        >
          {download.isBusy() ? props.text.exporting : props.text.export}
        </button>
      </div>
      <Notice refusal={download.refusal()} retry={download.run} />
      <Show when={download.needsFresh()}>
        <p role="status">
          <strong>{words.fresh.title}</strong>
        </p>
        <Fresh errand="export" onFresh={download.run} />
      </Show>
      <div class="item">
        <p class="muted">{props.text.deleteNote}</p>
        <button
          type="button"
          class="button button-second button-inline button-bad"
          onClick={() => props.onErrand('delete')}
        >
          {props.text.delete}
        </button>
      </div>
    </section>
  );
}
