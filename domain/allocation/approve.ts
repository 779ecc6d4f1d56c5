import { REFUSALS } from '../error.ts';
import type { RefusalCode } from '../error.ts';
import type { OrderStatus } from '../order/state.ts';
import { addHours } from '../time.ts';
import type { ReleaseState } from './state.ts';

/** How long a payout waits after the buyer moved it to another wallet. */
export const WALLET_WAIT_HOURS = 24;

/** What is read of a release and its order before it is approved, and again before it is submitted. */
export interface PayoutCase {
  readonly release: {
    readonly id: string;
    readonly state: ReleaseState;
    readonly amountBase: bigint;
    readonly reversedBase: bigint;
    readonly nettedBase: bigint;
  };
  readonly order: {
    readonly status: OrderStatus;
    /** A dispute, a requested refund or a fraud warning holds the order. */
    readonly frozen: boolean;
    /** The end of the card-risk window. */
    readonly payableFrom: Date;
  };
  /** When the payout's wallet was last changed after payment; null when it never was. */
  readonly walletChangedAt: Date | null;
  readonly now: Date;
}

/** What is read before a release is approved. */
export interface ApprovalCase extends PayoutCase {
  /** Where custody holds the site's tokens, and the asset it knows them by; null where that was never set up. */
  readonly site: { readonly vaultAccount: string | null; readonly custodyAsset: string | null };
}

/** Why nothing may be paid out now; `detail` is a public sentence. */
export interface PayoutHindrance {
  readonly code: RefusalCode;
  readonly detail: string;
}

export type Approval = { readonly approved: true } | ({ readonly approved: false } & PayoutHindrance);

/**
 * Decides one row of an approval. A release that is already approved, or further, answers yes again, so a repeated
 * batch is harmless; one that failed or was blocked is approved anew, which is how it is retried.
 */
export function decideApproval(input: ApprovalCase): Approval {
  switch (input.release.state) {
    case 'approved':
    case 'submitting':
    case 'submitted':
    case 'confirmed':
      return { approved: true };
    case 'scheduled':
      return { approved: false, code: 'release.state', detail: 'This release is not due yet.' };
    case 'reversed':
      return { approved: false, code: 'release.state', detail: 'This release was reversed.' };
    case 'due':
    case 'failed':
    case 'blocked': {
      const hindrance = custodyHindrance(input.site) ?? payoutHindrance(input);
      return hindrance === null ? { approved: true } : { approved: false, ...hindrance };
    }
  }
}

function custodyHindrance({ vaultAccount, custodyAsset }: ApprovalCase['site']): PayoutHindrance | null {
  if (vaultAccount !== null && custodyAsset !== null) return null;
  return { code: 'custody.missing', detail: REFUSALS['custody.missing'].sentence };
}

/**
 * What stands against paying out a release that may be sent; null when nothing does. Asked at
 * approval and once more at submission, because a dispute may have come between.
 */
export function payoutHindrance({ release, order, walletChangedAt, now }: PayoutCase): PayoutHindrance | null {
  if (release.amountBase <= release.reversedBase + release.nettedBase) {
    return { code: 'release.state', detail: 'Nothing of this release is left to pay out.' };
  }
  if (!hasTitle(order.status, release.state)) {
    return { code: 'release.frozen', detail: 'The order of this release is not paid.' };
  }
  if (order.frozen) return { code: 'release.frozen', detail: REFUSALS['release.frozen'].sentence };
  if (now < order.payableFrom) {
    return {
      code: 'release.risk_window',
      detail: `The payment may still be disputed. This release is payable from ${order.payableFrom.toISOString()}.`,
    };
  }
  if (walletChangedAt !== null && now < addHours(walletChangedAt, WALLET_WAIT_HOURS)) {
    return { code: 'release.wallet_wait', detail: REFUSALS['release.wallet_wait'].sentence };
  }
  return null;
}

/**
 * A refund takes all that is here and makes a debt of what is on its way. What a failed payout brings back afterwards is
 * the buyer's again, less that debt, which another release may have paid meanwhile.
 */
function hasTitle(status: OrderStatus, state: ReleaseState): boolean {
  return status === 'paid' || (status === 'refunded' && state !== 'due');
}
