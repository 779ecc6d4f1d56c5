import type { Courier } from '../webhook.ts';
import { matchTypes } from './event.ts';
import type { Answer, Call } from './listen.ts';

/**
 * The control API by which tests disturb deliveries, the same for every stand-in.
 * It is no part of the imitated provider, hence its own path and its own plain JSON.
 *
 * @returns the answer, or null if the path is not a control path
 */
export async function control(call: Call, courier: Courier): Promise<Answer | null> {
  if (!call.url.pathname.startsWith('/_control/')) return null;
  switch (`${call.method} ${call.url.pathname.slice('/_control/'.length)}`) {
    case 'POST webhooks': {
      const copies = field(call.body, 'duplicate');
      if (typeof copies !== 'number' || !Number.isInteger(copies) || copies < 1 || copies > 10) {
        return refuse(400, 'duplicate must be a whole number from 1 to 10.');
      }
      courier.duplicate(copies);
      return { status: 200, body: { duplicate: copies } };
    }
    case 'POST delay': {
      const milliseconds = field(call.body, 'milliseconds');
      if (!isCount(milliseconds, 600_000)) return refuse(400, 'milliseconds must be a whole number from 0 to 600000.');
      courier.delay(milliseconds);
      return { status: 200, body: { milliseconds } };
    }
    case 'POST drop':
      return drop(call.body, courier);
    case 'POST mute': {
      const [id, muted] = [field(call.body, 'id'), field(call.body, 'muted') ?? true];
      if (typeof id !== 'string' || id === '') return refuse(400, 'id must be that of an object.');
      if (typeof muted !== 'boolean') return refuse(400, 'muted must be true or false.');
      courier.mute(id, muted);
      return { status: 200, body: { id, muted } };
    }
    case 'POST corrupt': {
      const [next, how] = [field(call.body, 'next'), field(call.body, 'how') ?? 'signature'];
      if (!isCount(next, 1_000)) return refuse(400, 'next must be a whole number from 0 to 1000.');
      if (how !== 'signature' && how !== 'body') return refuse(400, 'how must be signature or body.');
      courier.corrupt(how, next);
      return { status: 200, body: { next, how } };
    }
    case 'POST hurry':
      courier.hurry();
      return { status: 200, body: { pending: courier.pending() } };
    case 'POST reset_faults':
      courier.reset();
      return { status: 200, body: {} };
    case 'POST redeliver': {
      const eventId = field(call.body, 'event_id');
      if (typeof eventId !== 'string') return refuse(400, 'event_id is missing.');
      return courier.redeliver(eventId)
        ? { status: 200, body: { redelivered: eventId } }
        : refuse(404, 'No such event was ever sent.');
    }
    case 'POST pause':
      courier.pause();
      return { status: 200, body: { paused: true } };
    case 'POST resume':
      courier.resume();
      return { status: 200, body: { paused: false } };
    case 'POST reorder':
      await courier.reorder();
      return { status: 200, body: { paused: false } };
    case 'GET deliveries':
      return { status: 200, body: { deliveries: courier.deliveries(call.url.searchParams.get('after') ?? undefined) } };
    case 'GET quiet':
      return { status: 200, body: { pending: courier.pending() } };
    default:
      return refuse(404, 'No such control.');
  }
}

function drop(body: string, courier: Courier): Answer {
  const [all, next, types] = [field(body, 'all') ?? false, field(body, 'next'), field(body, 'types') ?? []];
  const areTypes = Array.isArray(types) && types.every((type) => typeof type === 'string');
  if (!areTypes) return refuse(400, 'types must be a list of event types; * at the end stands for anything.');
  if (next !== undefined && !isCount(next, 1_000_000)) return refuse(400, 'next must be a whole number.');
  if (typeof all !== 'boolean') return refuse(400, 'all must be true or false.');
  const isForEver = all || (next === undefined && types.length > 0);
  const count = isForEver ? Infinity : (next ?? 0);
  courier.lose({ fits: matchTypes(types), next: count });
  return { status: 200, body: { dropping: isForEver ? 'all' : count, types } };
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

/** A member of a JSON body, undefined if it is absent or the body is no object. */
export function field(body: string, name: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[name] : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The answer to a control that makes no sense. */
export function refuse(status: number, message: string): Answer {
  return { status, body: { message } };
}
