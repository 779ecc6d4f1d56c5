/** Where nothing of a site may be sent: the addresses in any case, null where the site has none yet. */
export interface OwnAddresses {
  readonly tokenAddress: string | null;
  readonly vaultAddress: string | null;
}

const ZERO = `0x${'0'.repeat(40)}`;

/** Whether tokens sent there would be lost or come back to us: the zero address, the site's token, its vault. */
export function isForbiddenAddress(address: string, { tokenAddress, vaultAddress }: OwnAddresses): boolean {
  const wanted = address.toLowerCase();
  return [ZERO, tokenAddress?.toLowerCase(), vaultAddress?.toLowerCase()].includes(wanted);
}
