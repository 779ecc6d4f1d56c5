import { createPublicClient, erc20Abi, http } from 'viem';

/** What an address holds of a token, read from the chain itself. Base units. */
export function chainBalance(rpc: string, token: string, holder: string): Promise<bigint> {
  return createPublicClient({ transport: http(rpc) }).readContract({
    address: token as `0x${string}`,
    abi: erc20Abi,
    functionName: 'balanceOf',
    args: [holder as `0x${string}`],
  });
}
