// Stands in front of the storefront on this machine only and adds one script to its pages: the demo wallet. Everything
// else passes as it came, in both directions.
const FOLDER = '/__demo-wallet/';

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname.startsWith(FOLDER)) return env.DESK.fetch(request);
    const response = await env.WEB.fetch(request);
    // A page whose policy names no nonce runs no script, ours neither.
    const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
    const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
    if (nonce === undefined || !isPage || request.method !== 'GET') return response;
    const script = `<script async src="${FOLDER}wallet.js" nonce="${nonce}"></script>`;
    return new HTMLRewriter()
      .on('head', { element: (head) => head.append(script, { html: true }) })
      .transform(response);
  },
};
