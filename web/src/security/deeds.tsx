import { createSignal, Match, Switch, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { identity } from '../api/identity.ts';
import { shortenAddress } from '../format/address.ts';
import type { OwnWallet } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import type { SecurityText } from '../text/en-security.ts';
import { Deed } from './deed.tsx';

interface DeedsProps {
  me: Me;
  text: SecurityText;
  /** Which question is open: `primary:` or `unbind:` with a wallet's id, `end-others`, `delete`. */
  errand: string | undefined;
  onClose: () => void;
  onSaid: (sentence: string) => void;
  onEnded: () => void;
  onDeleted: () => void;
}

/** The questions the page can ask, each with what it does. */
export function Deeds(props: DeedsProps): JSX.Element {
  const session = useSession();
  const walletOf = (kind: string): OwnWallet | undefined =>
    props.me.wallets.find((wallet) => props.errand === `${kind}:${wallet.id}`);
  const change = async (wallet: OwnWallet, act: (id: string) => Promise<void>, done: (address: string) => string) => {
    await act(wallet.id);
    await session.reload();
    props.onSaid(done(shortenAddress(wallet.address)));
  };
  const endOthers = async (): Promise<void> => {
    await identity.endOthers();
    props.onEnded();
    props.onSaid(props.text.sessions.endedOthers);
  };
  return (
    <Switch>
      <Match when={walletOf('primary')}>
        {(wallet) => (
          <Deed
            {...props.text.primaryDeed}
            errand={`primary:${wallet().id}`}
            act={() => change(wallet(), identity.makePrimary, props.text.wallets.madePrimary)}
            onClose={() => props.onClose()}
          >
            <p>{props.text.primaryDeed.says(shortenAddress(wallet().address))}</p>
          </Deed>
        )}
      </Match>
      <Match when={walletOf('unbind')}>
        {(wallet) => (
          <Deed
            {...props.text.unbindDeed}
            isDangerous
            errand={`unbind:${wallet().id}`}
            act={() => change(wallet(), identity.unbind, props.text.wallets.removed)}
            onClose={() => props.onClose()}
          >
            <p>{props.text.unbindDeed.says(shortenAddress(wallet().address))}</p>
          </Deed>
        )}
      </Match>
      <Match when={props.errand === 'end-others'}>
        <Deed {...props.text.endOthersDeed} errand="end-others" act={endOthers} onClose={() => props.onClose()}>
          <p>{props.text.endOthersDeed.says}</p>
        </Deed>
      </Match>
      <Match when={props.errand === 'delete'}>
        <DeleteDeed text={props.text.deleteDeed} onClose={() => props.onClose()} onDeleted={() => props.onDeleted()} />
      </Match>
    </Switch>
  );
}

interface DeleteDeedProps {
  text: SecurityText['deleteDeed'];
  onClose: () => void;
  onDeleted: () => void;
}

function DeleteDeed(props: DeleteDeedProps): JSX.Element {
  const session = useSession();
  const [isSure, setSure] = createSignal(false);
  const leave = async (): Promise<void> => {
    await identity.deleteAccount();
    props.onDeleted();
    session.forget();
  };
  return (
    <Deed {...props.text} isDangerous disabled={!isSure()} errand="delete" act={leave} onClose={() => props.onClose()}>
      <p>{props.text.says}</p>
      <p class="muted">{props.text.claims}</p>
      <label class="check">
        <input type="checkbox" checked={isSure()} onChange={(event) => setSure(event.currentTarget.checked)} />
        <span>{props.text.sure}</span>
      </label>
    </Deed>
  );
}
