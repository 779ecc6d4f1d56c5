import {
  createTestClient,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  http,
  publicActions,
  walletActions,
  type Hex,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { compileContract } from '../../dev/chain/compile.ts';
import { useStack } from './stack.ts';

/** A wallet that is a contract, or will be one, and the key of its owner. */
export interface SmartWallet {
  address: Hex;
  /** Signs as a page with this wallet would. */
  sign(message: string): Promise<Hex>;
}

const ERC6492_SUFFIX = '6492'.repeat(16);

/** A wallet contract on the local chain (ERC-1271). */
export async function deployedWallet(): Promise<SmartWallet> {
  const owner = privateKeyToAccount(generatePrivateKey());
  return { address: await deploy('Wallet', [owner.address]), sign: (message) => owner.signMessage({ message }) };
}

/** A wallet at whose address there is nothing yet: its signatures carry what would put it there (ERC-6492). */
export async function counterfactualWallet(): Promise<SmartWallet & { factory: Hex }> {
  const owner = privateKeyToAccount(generatePrivateKey());
  const factory = await deploy('WalletFactory', []);
  const { abi } = await compileContract('Wallet.sol', 'WalletFactory');
  const args = [owner.address, generatePrivateKey()];
  const address = (await client().readContract({ address: factory, abi, functionName: 'addressOf', args })) as Hex;
  const make = encodeFunctionData({ abi, functionName: 'make', args });
  const wrap = [{ type: 'address' }, { type: 'bytes' }, { type: 'bytes' }] as const;
  return {
    address,
    factory,
    sign: async (message) => {
      const signature = await owner.signMessage({ message });
      return `${encodeAbiParameters(wrap, [factory, make, signature])}${ERC6492_SUFFIX}`;
    },
  };
}

/** A contract that never gives a signature. */
export const unrulyContract = (manner: 'reverts' | 'endless' | 'talks'): Promise<Hex> =>
  deploy('Unruly', [['reverts', 'endless', 'talks'].indexOf(manner)]);

/** Whether there is a contract at an address by now. */
export const hasCode = async (address: Hex): Promise<boolean> => (await client().getCode({ address })) !== undefined;

function client() {
  const { chain } = useStack();
  return createTestClient({ mode: 'anvil', chain: foundry, transport: http(chain.rpc), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions);
}

async function deploy(name: string, args: unknown[]): Promise<Hex> {
  const { abi, bytecode } = await compileContract('Wallet.sol', name);
  // An account of its own, so that nobody else's transactions are put out of order.
  const account = privateKeyToAccount(generatePrivateKey());
  const chain = client();
  await chain.setBalance({ address: account.address, value: 10n ** 18n });
  const hash = await chain.sendTransaction({ account, data: encodeDeployData({ abi, bytecode, args }) });
  const { contractAddress } = await chain.waitForTransactionReceipt({ hash });
  if (contractAddress === null || contractAddress === undefined) throw new Error(`${name} was not deployed`);
  return contractAddress;
}
