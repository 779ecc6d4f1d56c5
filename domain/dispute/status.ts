/** How a dispute stands: undecided, decided for the site, or decided against it. */
export type DisputeStanding = 'open' | 'released' | 'lost';

const ENDS: ReadonlyMap<string, DisputeStanding> = new Map([
  ['won', 'released'],
  // An inquiry that never became a dispute.
  ['warning_closed', 'released'],
  ['lost', 'lost'],
  // Settled with the buyer's bank before it became a dispute: whatever was withdrawn for it stays withdrawn.
  ['prevented', 'lost'],
]);

/**
 * What the provider's word for a dispute means. Inquiries, disputes waiting for evidence or under review, and appeals are
 * open; so is a word we do not know, because freezing too much can be undone and paying out cannot. No end is for ever:
 * a bank may open a dispute again.
 */
export function disputeStanding(status: string): DisputeStanding {
  return ENDS.get(status) ?? 'open';
}

/** Whether the buyer's bank only asks so far: it has taken nothing, and the provider still refunds. */
export function isInquiry(status: string): boolean {
  return status.startsWith('warning_');
}
