import { randomUUID } from 'node:crypto';
import { ask, type HttpAnswer } from '../../dev/client/http.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import { bindWallet, buy, newBuyer, placeOrder, type Buyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { ACTOR_NAMES, copySession, gatherActors, sessionIdOf, type Actor, type Tokens } from './route_actor.ts';
import { HOST_NAMES, type Host } from './route_expectation.ts';
import { makeRequest, type Ids, type RouteRequest } from './route_request.ts';

/** Two sites, everybody who may ask, and what the own site's buyer has. */
export interface World {
  own: MintedSite;
  other: MintedSite;
  buyer: Buyer;
  tokens: Tokens;
  /** Token of the session that the buyer may be asked to end. */
  spare: string;
  /** The order is unpaid, so that it can be paid for; the release, of another order, is due. */
  ids: Ids;
  /** The order that the agent earned a commission by. */
  paidOrder: string;
  /** Texts that tell of the buyer and of nobody else, in lower case. */
  secrets: string[];
}

/** Builds the sites and has the buyer buy. @param own a site whose releases are payable at once */
export async function makeWorld(own?: MintedSite): Promise<World> {
  own ??= await mintSite({ settings: { riskWindowDays: 0 } });
  const other = await mintSite({ token: 'asia' });
  const buyer = await newBuyer(own);
  const [tier, freeTier] = own.tiers;
  if (freeTier === undefined) throw new TypeError('the demo site has two tiers');
  const paid = await buy(buyer, own, { tierId: tier.id, referralCode: own.agents[1].referralCode });
  const unpaid = await placeOrder(buyer, own, { tierId: tier.id });
  const [release] = paid.allocation?.releases ?? [];
  if (paid.allocation === null || release === undefined) throw new TypeError('a paid order has releases');
  const ids = { site: own.code, tier: tier.id, freeTier: freeTier.id, wallet: buyer.walletId, user: buyer.me.id };
  const spareWallet = (await bindWallet(buyer)).id;
  const tokens = await gatherActors(own, other, buyer);
  const spare = await copySession(tokens.buyer);
  const session = await sessionIdOf(spare);
  const told = await eventAndLetter(own);
  return {
    own,
    other,
    buyer,
    tokens,
    spare,
    ids: {
      ...ids,
      order: unpaid.body.id,
      paid: paid.id,
      release: release.id,
      session,
      allocation: paid.allocation.id,
      spareWallet,
      ...told,
    },
    paidOrder: paid.id,
    secrets: [
      ...[buyer.me.id, buyer.walletId, buyer.address, buyer.me.referral?.code ?? ''],
      ...[paid.id, unpaid.body.id, release.id, paid.allocation.id],
    ].map((text) => text.toLowerCase()),
  };
}

/** An event that was received about the site, and a message about it that was given up. */
async function eventAndLetter({ siteId, code }: MintedSite): Promise<Pick<Ids, 'event' | 'letter'>> {
  const letter = randomUUID();
  return withClient('superuser', async (client) => {
    await client.query(
      `insert into dead_letters (queue, id, site_id, body, attempts, at) values ('payments', $1, $2, $3, 5, app.now())`,
      [letter, siteId, { v: 1, kind: 'sweep', site: code, name: 'releases.due' }],
    );
    const { rows } = await client.query<{ event_id: string }>(
      `select event_id from webhook_events where site_id = $1 and type = 'payment_intent.succeeded' limit 1`,
      [siteId],
    );
    const [event] = rows;
    if (event === undefined) throw new Error('the purchase was told of by an event');
    return { letter, event: event.event_id };
  });
}

/** Routes that end the session they are asked with. */
const ENDS_ITS_SESSION = /\/auth\/(logout|wallet)$/;

/** One question of the matrix: who asks where, and what exactly is sent. */
export interface Cell {
  route: string;
  actor: Actor;
  host: Host;
  request: RouteRequest;
  token: string | undefined;
}

/** Every actor on every kind of host, for one route. @param idsAt of the objects asked for; the buyer's by default */
export async function cellsOf(
  route: string,
  world: World,
  idsAt: (host: Host) => Ids = () => world.ids,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const actor of ACTOR_NAMES) {
    for (const host of HOST_NAMES) {
      const request = await makeRequest(route, world, idsAt(host));
      const kept = actor === 'anonymous' ? undefined : world.tokens[actor];
      // What a cell may end must not be what the next one needs.
      const token = kept === undefined ? kept : await tokenFor(route, kept);
      cells.push({ route, actor, host, request, token });
    }
  }
  return cells;
}

let sent = 0;

/** Another one for each cell: thousands of questions from one address would be refused as too many. */
function nextAddress(): string {
  sent += 1;
  return `10.9${(sent >> 16) & 15}.${(sent >> 8) & 255}.${sent & 255}`;
}

/** Signing out ends the session it comes with, and forgetting oneself would need one that is fresh. */
function tokenFor(route: string, token: string): string | Promise<string> {
  if (ENDS_ITS_SESSION.test(route)) return copySession(token);
  return route.endsWith('/me/anonymise') ? copySession(token, 24) : token;
}

/** Sends what a cell asks. A write comes from a page of the very host it goes to. */
export function send({ route, host, request, token }: Cell, world: World): Promise<HttpAnswer> {
  const [method = ''] = route.split(' ');
  const origin = originOf(host, world);
  const session = token === undefined ? [] : [`${SESSION_COOKIE}=${token}`];
  const cookie = [...session, ...(request.cookie === undefined ? [] : [request.cookie])].join('; ');
  const ownHost = new URL(world.own.url).host;
  return ask(`${origin}${request.path}`, {
    method,
    headers: {
      'cf-connecting-ip': nextAddress(),
      ...(method === 'GET' ? {} : { origin }),
      ...(cookie === '' ? {} : { cookie }),
      ...(host === 'forwarded'
        ? { 'x-forwarded-host': ownHost, forwarded: `host=${ownHost}`, 'x-original-host': ownHost }
        : {}),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
}

function originOf(host: Host, { own, other }: World): string {
  const { platform } = useStack();
  switch (host) {
    case 'own':
      return own.url;
    case 'other':
    case 'forwarded':
      return other.url;
    case 'platform':
      return platform.url;
    case 'unknown':
      return `http://x${randomUUID().slice(0, 8)}.localhost:${new URL(platform.url).port}`;
  }
}
