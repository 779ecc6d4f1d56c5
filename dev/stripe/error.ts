import type { Answer } from './listen.ts';

/** The `error` object of Stripe's API. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  doc_url?: string;
  payment_intent?: object;
}

/** A refusal in Stripe's own shape. */
export class StripeFailure extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /** Whether the endpoint had begun its work: such an answer is saved under the idempotency key, and its writes stay. */
  readonly isExecuted: boolean;

  constructor(status: number, body: ErrorBody, isExecuted = false) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.isExecuted = isExecuted;
  }

  /** The answer that carries this refusal. */
  toAnswer(): Answer {
    const { code } = this.body;
    const link =
      code === undefined ? {} : { doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}` };
    return { status: this.status, body: { error: { ...link, ...this.body } } };
  }
}

/** A parameter that is missing, unknown or wrong: HTTP 400. */
export function invalidParameter(param: string, code: string, message: string): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', code, param, message });
}

/** An object that does not exist for this account: HTTP 404. */
export function missingObject(noun: string, id: string, param = 'id', isOfOtherMode = false): StripeFailure {
  const hint = '; a similar object exists in live mode, but a test mode key was used to make this request.';
  const message = `No such ${noun}: '${id}'${isOfOtherMode ? hint : ''}`;
  return new StripeFailure(404, { type: 'invalid_request_error', code: 'resource_missing', param, message });
}
