import { readFile } from 'node:fs/promises';
import { Response, type Request } from 'miniflare';
import { privateKeyToAccount } from 'viem/accounts';
import { LOCAL_CHAIN, type DemoAccount, type Hex } from '../chain/accounts.ts';

const { demo } = LOCAL_CHAIN;
const SCRIPT = new URL('browser/wallet.js', import.meta.url);

const accounts: readonly DemoAccount[] = Object.values(demo).flat();

/** Whom the wallet can be, in groups. Keys never leave this process, though everybody knows them. */
const people = Object.entries(demo).map(([group, members]) => ({
  group,
  people: members.map(({ name, address }) => ({ name, address })),
}));

async function sign(request: Request): Promise<Response> {
  const { address, data } = (await request.json()) as { address?: unknown; data?: unknown };
  const person = accounts.find((each) => each.address.toLowerCase() === String(address).toLowerCase());
  if (person === undefined || typeof data !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(data))
    return new Response('not a demo account, or not hexadecimal data', { status: 400 });
  const signature = await privateKeyToAccount(person.privateKey).signMessage({ message: { raw: data as Hex } });
  return Response.json({ signature });
}

/**
 * The demo wallet's half outside the page, below `/__demo-wallet/` of every host: `GET wallet.js` is its half inside
 * the page, `GET people` names the demo accounts, `POST sign` `{address, data}` answers with a `personal_sign`
 * signature over the bytes of `data`. It signs for pages of the same origin only.
 */
export async function answerWallet(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  switch (`${request.method} ${pathname.split('/').at(-1) ?? ''}`) {
    case 'GET wallet.js':
      return new Response(await readFile(SCRIPT, 'utf8'), {
        headers: { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-store' },
      });
    case 'GET people':
      return Response.json(people);
    case 'POST sign':
      if (request.headers.get('sec-fetch-site') !== 'same-origin') return new Response(null, { status: 403 });
      return sign(request);
    default:
      return new Response(null, { status: 404 });
  }
}
