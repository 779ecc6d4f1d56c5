import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { DomainError } from '../domain/error.ts';
import { admin } from './admin/route.ts';
import { adminUsers } from './admin/user/route.ts';
import { agent } from './agent/route.ts';
import { auth } from './auth/route.ts';
import { onError } from './errors.ts';
import { onPlatformHost, onSiteHost } from './http/host.ts';
import { requestId } from './http/request_id.ts';
import { router } from './http/router.ts';
import { visitor } from './http/visitor.ts';
import { privacy } from './me/privacy.ts';
import { me } from './me/route.ts';
import { openapi } from './openapi.ts';
import { order } from './order/route.ts';
import { platform } from './platform/route.ts';
import { probe } from './probe/route.ts';
import { site } from './site/route.ts';
import { tier } from './tier/route.ts';
import { webhook } from './webhook/route.ts';

const KIB = 1024;

const limit = (bytes: number) =>
  bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new DomainError('request.too_large');
    },
  });

/** The whole API: what runs before a route, then the routes by noun. */
export const app = router();

app.onError(onError);
app.notFound((c) => onError(new DomainError('request.not_found'), c));
app.use(requestId());
app.use(secureHeaders({ crossOriginOpenerPolicy: 'same-origin-allow-popups', xFrameOptions: 'DENY' }));

app.route('/', probe);

// Webhooks prove themselves by signature: no session, no origin, larger bodies.
app.use('/api/v1/webhooks/*', onPlatformHost(), limit(1024 * KIB));
app.route('/api/v1/webhooks', webhook);

app.use('/api/*', limit(64 * KIB), visitor());
app.route('/api', openapi(app));
app.route('/api/v1/site', site);
app.route('/api/v1/auth', auth);
app.route('/api/v1/me', me);
app.route('/api/v1/me', privacy);
app.use('/api/v1/admin/*', onPlatformHost());
app.route('/api/v1/admin', admin);
app.route('/api/v1/admin', adminUsers);
app.use('/api/v1/platform/*', onPlatformHost());
app.route('/api/v1/platform', platform);
app.use('/api/v1/:noun{tiers|orders|agents}/*', onSiteHost());
app.route('/api/v1/tiers', tier);
app.route('/api/v1/orders', order);
app.route('/api/v1/agents', agent);
