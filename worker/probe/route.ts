import { router } from '../http/router.ts';
import { readiness } from './readiness.ts';

/** Liveness and readiness, with or without the last slash; no site is needed. */
export const probe = router();

for (const path of ['/health', '/health/']) {
  probe.get(path, (c) => c.json({ status: 'healthy' }));
}

for (const path of ['/ready', '/ready/']) {
  probe.get(path, async (c) => {
    const checks = await readiness(c.env);
    const ready = Object.values(checks).every((check) => check === 'ok');
    return c.json({ status: ready ? 'ready' : 'unready', checks }, ready ? 200 : 503);
  });
}
