import { getAddress } from 'ethers';

/** Whether an address of the right length is none that was mistyped: mixed case has to be its checksum (EIP-55). */
export function isAddressForm(address: string): boolean {
  const digits = address.slice(2);
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return true;
  return getAddress(address.toLowerCase()) === address;
}
