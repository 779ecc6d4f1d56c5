import { createContext, createSignal, onCleanup, onMount, untrack, useContext, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { api } from '../api/api.ts';
import { createLoad } from '../api/create-load.ts';
import type { Refusal } from '../api/refusal.ts';
import { onSessionEnd } from '../api/send.ts';

/** Who is signed in: undefined while that is being found out, null for nobody. */
export interface Session {
  me: () => Me | null | undefined;
  /** True when the API ended the session under the visitor, who may wonder. */
  hasEnded: () => boolean;
  refusal: () => Refusal | undefined;
  reload: () => Promise<void>;
  enter: (me: Me) => void;
  leave: () => Promise<void>;
  /** The session is gone with its account: there is nothing to sign out of. */
  forget: () => void;
}

const SessionContext = createContext<Session>();

/** The visitor's session. Asks the API on first use only, so that who is surely not signed in costs no request. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new TypeError('useSession needs a SessionProvider above it');
  onMount(() => {
    if (session.me() === undefined) void session.reload();
  });
  return session;
}

/**
 * Keeps one session for all pages of the visit. Another account is another visit: the page is read anew, so that
 * nothing of the former one stays in it. The site's other tabs hear of it and do the same.
 */
export function SessionProvider(props: { mayBeSignedIn: boolean; children: JSX.Element }): JSX.Element {
  let asked: Promise<void> | undefined;
  let tabs: BroadcastChannel | undefined;
  const [hasEnded, setEnded] = createSignal(false);
  const isOther = (id: string | null): boolean => (load.value()?.id ?? null) !== id;
  const tell = (me: Me | null): void => {
    if (load.value() && me && isOther(me.id)) location.reload();
    tabs?.postMessage(me?.id ?? null);
  };
  const load = createLoad<Me | null>(
    async () => {
      const me = await api.me();
      tell(me);
      return me;
    },
    { seed: untrack(() => props.mayBeSignedIn) ? undefined : null, onDemand: true },
  );
  const become = (me: Me | null): void => {
    tell(me);
    if (me) setEnded(false);
    load.put(me);
  };
  const session: Session = {
    me: () => load.value(),
    hasEnded,
    refusal: () => load.refusal(),
    reload: () => (asked ??= load.reload().finally(() => (asked = undefined))),
    enter: become,
    leave: async () => {
      const answer = await api.signOut();
      become(null);
      if (answer) location.assign(answer.logout_url);
    },
    forget: () => become(null),
  };
  onMount(() => {
    onSessionEnd(() => {
      if (!load.value()) return;
      setEnded(true);
      become(null);
    });
    tabs = new BroadcastChannel('session');
    tabs.onmessage = ({ data }: MessageEvent<string | null>) => {
      if (load.value() === undefined || !isOther(data)) return;
      if (load.value() && data !== null) location.reload();
      else void session.reload();
    };
    onCleanup(() => tabs?.close());
  });
  return <SessionContext.Provider value={session}>{props.children}</SessionContext.Provider>;
}
