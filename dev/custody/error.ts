import type { Answer } from '../stripe/listen.ts';

/** A refusal in Fireblocks' shape: a message and a numeric code beside the HTTP status. */
export class CustodyFailure extends Error {
  readonly status: number;
  readonly code: number;

  /** @param code only 1438 (`externalTxId` exists) is documented by the vendor and may be relied upon */
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The answer that carries this refusal. */
  toAnswer(): Answer {
    return { status: this.status, body: { message: this.message, code: this.code } };
  }
}
