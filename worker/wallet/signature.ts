import {
  encodeDeployData,
  encodeFunctionData,
  erc6492SignatureValidatorAbi,
  erc6492SignatureValidatorByteCode,
  hashMessage,
  isErc6492Signature,
  recoverAddress,
  type Hex,
} from 'viem';
import type { Env } from '../env.ts';
import { callContract } from './chain.ts';

/** Who is to have signed, what, and where a contract that may speak for them lives. */
export interface Claim {
  address: string;
  chainId: number;
  text: string;
  signature: string;
}

/** ERC-1271, as far as it goes. */
const erc1271Abi = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [
      { name: 'hash', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ type: 'bytes4' }],
  },
] as const;

/** What a contract answers to say yes: the function's own selector. */
const MAGIC = '1626ba7e';

/** Half the order of secp256k1: each signature has a twin above it, which no wallet makes (EIP-2). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Whether a text was signed by an address (EIP-191): with its key, or as the contract at it says, one that is there
 * (ERC-1271) or one that its factory would put there (ERC-6492). The chain is asked only for what no key signed.
 *
 * Of the two forms of a key's signature only the lower one counts: a text has one signature, not two.
 *
 * @throws DomainError `wallet.chain_unavailable` (retry)
 */
export async function isSigned(env: Env, claim: Claim): Promise<boolean> {
  if (!isBytes(claim.signature) || !isBytes(claim.address)) return false;
  const { address, signature } = claim as { address: Hex; signature: Hex };
  const hash = hashMessage(claim.text);
  if (await isByKey(address, hash, signature)) return true;
  if (isErc6492Signature(signature)) {
    // viem's own verifyHash takes an RPC that fails for a signature that does: here the two are told apart.
    const data = encodeDeployData({
      abi: erc6492SignatureValidatorAbi,
      bytecode: erc6492SignatureValidatorByteCode,
      args: [address, hash, signature],
    });
    return (await callContract(env, claim.chainId, { data })) === '0x01';
  }
  const data = encodeFunctionData({ abi: erc1271Abi, functionName: 'isValidSignature', args: [hash, signature] });
  // An address without code answers nothing at all, which is not the magic word either.
  const said = await callContract(env, claim.chainId, { to: address, data });
  return said !== null && said.toLowerCase() === `0x${MAGIC}${'0'.repeat(56)}`;
}

const isBytes = (text: string): text is Hex => /^0x([0-9a-fA-F]{2})+$/.test(text);

async function isByKey(address: Hex, hash: Hex, signature: Hex): Promise<boolean> {
  if (signature.length !== 2 + 65 * 2) return false;
  const [s, v] = [BigInt(`0x${signature.slice(66, 130)}`), Number.parseInt(signature.slice(130), 16)];
  // Some hardware wallets count the parity from 0 and not from 27.
  if (s > HALF_ORDER || ![0, 1, 27, 28].includes(v)) return false;
  try {
    return (await recoverAddress({ hash, signature })).toLowerCase() === address.toLowerCase();
  } catch {
    return false;
  }
}
