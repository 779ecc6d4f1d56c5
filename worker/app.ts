import { adminOrders } from './admin/order/route.ts';
import { admin } from './admin/route.ts';
import { adminUsers } from './admin/user/route.ts';
import { adminWebhooks } from './admin/webhook/route.ts';
import { agent } from './agent/route.ts';
import { allocation } from './allocation/route.ts';
import { auth } from './auth/route.ts';
import { onError } from './errors.ts';
import { byteLimit, strictInput } from './http/body.ts';
import { cors } from './http/cors.ts';
import { knownHost, onPlatformHost, onSiteHost } from './http/host.ts';
import { byAddress, limit } from './http/limit.ts';
import { refuseRoute } from './http/method.ts';
import { sameOrigin } from './http/origin.ts';
import { requestId } from './http/request_id.ts';
import { router } from './http/router.ts';
import { safeHeaders } from './http/safe_headers.ts';
import { token } from './http/token.ts';
import { visitor } from './http/visitor.ts';
import { privacy } from './me/privacy.ts';
import { me } from './me/route.ts';
import { openapi } from './openapi.ts';
import { order } from './order/route.ts';
import { platform } from './platform/route.ts';
import { probe } from './probe/route.ts';
import { recheckSession } from './session/recheck.ts';
import { site } from './site/route.ts';
import { tier } from './tier/route.ts';
import { wallet } from './wallet/route.ts';
import { webhook } from './webhook/route.ts';

const KIB = 1024;

/** The whole API: what runs before a route, then the routes by noun. Each refusal below is one line of docs/architecture.md. */
export const app = router();

app.onError(onError);
app.notFound((c) => refuseRoute(app, c));
app.use(requestId(), safeHeaders(), visitor(), knownHost());

// Webhooks prove themselves by signature: no session, no origin, larger bodies. Their addresses are not counted: a provider
// sends everybody's events from a few, and one that is refused may never come again.
app.use('/api/v1/webhooks/*', onPlatformHost(), byteLimit(1024 * KIB));
app.route('/api/v1/webhooks', webhook);

app.use(limit('request', byAddress));
app.route('/', probe);

app.use('/api/*', cors(app), sameOrigin(), token(), recheckSession(), byteLimit(64 * KIB), strictInput());
app.route('/api', openapi(app));
app.route('/api/v1/site', site);
app.route('/api/v1/auth', auth);
app.route('/api/v1/me', me);
app.route('/api/v1/me', privacy);
app.use('/api/v1/admin/*', onPlatformHost());
app.route('/api/v1/admin', admin);
app.route('/api/v1/admin', adminOrders);
app.route('/api/v1/admin', adminUsers);
app.route('/api/v1/admin', adminWebhooks);
app.use('/api/v1/platform/*', onPlatformHost());
app.route('/api/v1/platform', platform);
app.use('/api/v1/:noun{tiers|orders|agents|wallets|allocations}/*', onSiteHost());
app.route('/api/v1/tiers', tier);
app.route('/api/v1/orders', order);
app.route('/api/v1/agents', agent);
app.route('/api/v1/wallets', wallet);
app.route('/api/v1/allocations', allocation);
