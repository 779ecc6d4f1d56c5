import type { Task } from './agenda.ts';
import { actFor, findOwn } from './book.ts';
import type { Book } from './book.ts';
import { openDispute } from './dispute.ts';
import { warnEarly } from './early_fraud_warning.ts';
import { endProcessing } from './processing.ts';
import { endRefund } from './refund_outcome.ts';

/**
 * Does what was on the agenda. What it happens to is there, since a task is stored together with it.
 *
 * @throws StripeFailure if something that happened meanwhile has made it impossible
 */
export function carryOut(book: Book, { kind, subject, account, isLive }: Task): void {
  const caller = actFor({ account, isLive });
  const charge = findOwn(book.charges, subject, caller);
  const refund = findOwn(book.refunds, subject, caller);
  const intent = findOwn(book.intents, subject, caller);
  if (refund !== undefined) {
    endRefund(book, caller, refund, kind === 'refund_fails' ? 'fail' : 'succeed');
  } else if (intent !== undefined) {
    endProcessing(book, caller, intent, kind === 'payment_fails' ? 'fail' : 'succeed');
  } else if (charge !== undefined && kind === 'early_fraud_warning') {
    warnEarly(book, caller, charge);
  } else if (charge !== undefined) {
    openDispute(book, caller, charge, {
      status: kind === 'inquiry' ? 'warning_needs_response' : 'needs_response',
      reason: kind === 'dispute_not_received' ? 'product_not_received' : 'fraudulent',
    });
  }
}
