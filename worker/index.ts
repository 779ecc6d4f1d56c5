import { app } from './app.ts';

/** The API Worker. `web/entry.tsx` reaches it by service binding; nothing else does. */
export default { fetch: app.fetch };
