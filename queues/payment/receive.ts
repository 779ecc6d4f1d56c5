import { z } from 'zod';
import type { StripeMessage } from '../../domain/message.ts';
import type { PaymentEventType } from '../../domain/payment/event_type.ts';
import { applyDispute } from '../dispute/apply.ts';
import { readDispute } from '../stripe/dispute.ts';
import { warnOrder } from '../dispute/warn.ts';
import { readWarning } from '../stripe/warning.ts';
import { FOREIGN_TYPE, ignoreEvent, NO_SITE, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { entryOfEvent, isUnmapped, placeOf } from '../inbox/site.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { applyRefund } from '../refund/apply.ts';
import { readRefund } from '../stripe/refund.ts';
import { readIntent } from '../stripe/intent.ts';
import { afterPayment } from './after_payment.ts';
import { settlePayment } from './settle.ts';

type Handle = (ports: Ports, message: StripeMessage, event: InboxEvent) => Promise<Outcome>;

/**
 * A failed try is not the end, and a cancelled PaymentIntent not yet the order's: who cancelled it ends the order, or its
 * expiry does, which reads the PaymentIntent. So the end is the same whether this event came or not.
 */
const undecided: Handle = (ports, message, event) => ignore(ports, message, event, 'payment.undecided');

const HANDLERS: Readonly<Record<PaymentEventType, Handle>> = {
  'payment_intent.succeeded': settled,
  'payment_intent.processing': undecided,
  'payment_intent.payment_failed': undecided,
  'payment_intent.requires_action': undecided,
  'payment_intent.canceled': undecided,
  'refund.created': refund,
  'refund.updated': refund,
  'refund.failed': refund,
  'charge.dispute.created': dispute,
  'charge.dispute.updated': dispute,
  'charge.dispute.closed': dispute,
  'charge.dispute.funds_withdrawn': dispute,
  'charge.dispute.funds_reinstated': dispute,
  'radar.early_fraud_warning.created': warning,
  'radar.early_fraud_warning.updated': warning,
};

/**
 * Takes an event of the payment provider, whose signature the API has verified. What it carries is a hint where it may be
 * older than what the provider has now.
 *
 * @throws DomainError `request.malformed` for an event without the object its type promises, and what the verbs refuse.
 */
export function receivePaymentEvent(ports: Ports, message: StripeMessage): Promise<Outcome> {
  const { event, account } = message;
  // A reference does not say whose it is: without its account it could not be read back when it is replayed.
  const payload = message.full === false ? { ...event, account, full: false } : event;
  const inbox: InboxEvent = { provider: 'stripe', eventId: event.id, type: event.type, payload };
  return isHandled(event.type)
    ? HANDLERS[event.type](ports, message, inbox)
    : ignore(ports, message, inbox, FOREIGN_TYPE);
}

/** Accounts of tenants send other events too, and the provider invents new ones. */
const isHandled = (type: string): type is PaymentEventType => Object.hasOwn(HANDLERS, type);

async function settled(ports: Ports, message: StripeMessage, event: InboxEvent): Promise<Outcome> {
  const intent =
    message.full === false
      ? await ports.payments.read(message.event.object, message.account)
      : readIntent(objectOf(message), message.account);
  const entry = entryOfEvent(message.account, intent.siteCode);
  // Without an account only our own key could write the metadata, so it names the site, or the event is nobody's.
  if (entry === null) return parkEvent(ports, NO_SITE, event, 'webhook.unmapped');
  try {
    return await settlePayment(ports, { entry, intent, event });
  } catch (error) {
    if (isUnmapped(error)) return parkEvent(ports, NO_SITE, event, 'webhook.unmapped');
    throw error;
  }
}

async function refund(ports: Ports, message: StripeMessage, event: InboxEvent): Promise<Outcome> {
  const { account } = message;
  // As it is now: the events of one refund may come in any order, and the last one may have been lost.
  const fact = await ports.payments.readRefund(idOf(message, readRefund), account);
  const { intentId } = fact;
  if (intentId === null) return ignore(ports, message, event, 'event.no_order');
  return afterPayment(ports, { account, intentId, event }, (entry) =>
    applyRefund(ports, { entry, intentId, fact, event }),
  );
}

async function dispute(ports: Ports, message: StripeMessage, event: InboxEvent): Promise<Outcome> {
  const { account } = message;
  const told =
    message.full === false
      ? await ports.payments.readDispute(message.event.object, account)
      : readDispute(objectOf(message), account);
  const { intentId, id: disputeId } = told;
  if (intentId === null) return ignore(ports, message, event, 'event.no_order');
  return afterPayment(ports, { account, intentId, event }, (entry) =>
    applyDispute(ports, { entry, account, intentId, disputeId, event }),
  );
}

async function warning(ports: Ports, message: StripeMessage, event: InboxEvent): Promise<Outcome> {
  const { account } = message;
  const told =
    message.full === false
      ? await ports.payments.readWarning(message.event.object, account)
      : readWarning(objectOf(message), account);
  const intentId =
    told.intentId ?? (told.chargeId === null ? null : await ports.payments.intentOfCharge(told.chargeId, account));
  if (intentId === null) return ignore(ports, message, event, 'event.no_order');
  return afterPayment(ports, { account, intentId, event }, (entry) =>
    warnOrder(ports, { entry, intentId, warningId: told.id, event }),
  );
}

function idOf(
  message: StripeMessage,
  read: (object: unknown, account: string | null) => { readonly id: string },
): string {
  return message.full === false ? message.event.object : read(objectOf(message), message.account).id;
}

function objectOf({ event }: StripeMessage): unknown {
  const data: unknown = 'data' in event ? event['data'] : null;
  return typeof data === 'object' && data !== null && 'object' in data ? data.object : null;
}

async function ignore(ports: Ports, message: StripeMessage, event: InboxEvent, reason: string): Promise<Outcome> {
  return ignoreEvent(ports, await placeOf(ports, entryOfEvent(message.account, siteNamedIn(message))), event, reason);
}

const withMetadata = z.object({
  data: z.object({ object: z.object({ metadata: z.object({ site: z.string().min(1) }) }) }),
});

/** The site in the metadata of the event's object, if it has any: refunds, charges and disputes do not. */
function siteNamedIn({ event }: StripeMessage): string | null {
  const named = withMetadata.safeParse(event);
  return named.success ? named.data.data.object.metadata.site : null;
}
