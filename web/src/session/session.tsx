import { createContext, onMount, untrack, useContext, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { api } from '../api/api.ts';
import { createLoad } from '../api/create-load.ts';
import type { Refusal } from '../api/refusal.ts';

/** Who is signed in: undefined while that is being found out, null for nobody. */
export interface Session {
  me: () => Me | null | undefined;
  refusal: () => Refusal | undefined;
  reload: () => Promise<void>;
  enter: (me: Me) => void;
  leave: () => Promise<void>;
}

const SessionContext = createContext<Session>();

/** The visitor's session. Asks the API on first use only, so that pages for everybody cost no request. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new TypeError('useSession needs a SessionProvider above it');
  onMount(() => {
    if (session.me() === undefined) void session.reload();
  });
  return session;
}

/** Keeps one session for all pages of the visit. */
export function SessionProvider(props: { mayBeSignedIn: boolean; children: JSX.Element }): JSX.Element {
  let asked: Promise<void> | undefined;
  const load = createLoad<Me | null>(() => api.me(), {
    seed: untrack(() => props.mayBeSignedIn) ? undefined : null,
    onDemand: true,
  });
  const session: Session = {
    me: () => load.value(),
    refusal: () => load.refusal(),
    reload: () => (asked ??= load.reload().finally(() => (asked = undefined))),
    enter: (me) => load.put(me),
    leave: async () => {
      await api.signOut();
      load.put(null);
    },
  };
  return <SessionContext.Provider value={session}>{props.children}</SessionContext.Provider>;
}
