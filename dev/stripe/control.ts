import type { Courier } from '../webhook.ts';
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
      return { status: 200, body: { deliveries: courier.deliveries() } };
    default:
      return refuse(404, 'No such control.');
  }
}

function field(body: string, name: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[name] : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuse(status: number, message: string): Answer {
  return { status, body: { message } };
}
