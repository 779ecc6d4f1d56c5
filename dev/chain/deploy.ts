import { createTestClient, encodeDeployData, http, publicActions } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { DEPLOYER, LOCAL_CHAIN } from './accounts.ts';
import { compileToken } from './compile.ts';

const SUPPLY_WHOLE = 1_000_000_000n;
const GAS_WEI = 1_000n * 10n ** 18n;

/**
 * Puts both tokens on the local chain, their whole supply in the sites' vaults, and gas into the vaults.
 * Does nothing that is done already, so it may run at every start.
 *
 * @returns how many tokens were deployed
 * @throws Error if the deployer has sent other transactions, which would move the promised addresses
 */
export async function deployTokens(rpcUrl: string): Promise<number> {
  const client = createTestClient({ mode: 'anvil', chain: foundry, transport: http(rpcUrl) }).extend(publicActions);
  const account = privateKeyToAccount(DEPLOYER.privateKey);
  const vaults = Object.values(LOCAL_CHAIN.vaults);
  for (const address of [DEPLOYER.address, ...vaults.map((vault) => vault.address)]) {
    const balanceWei = await client.getBalance({ address });
    if (balanceWei < GAS_WEI / 2n) await client.setBalance({ address, value: GAS_WEI });
  }
  let deployed = 0;
  for (const [nonce, site] of (['na', 'asia'] as const).entries()) {
    const token = LOCAL_CHAIN.tokens[site];
    const code = await client.getCode({ address: token.address });
    if (code !== undefined) continue;
    const { abi, bytecode } = await compileToken();
    const supplyBase = SUPPLY_WHOLE * 10n ** BigInt(token.decimals);
    const data = encodeDeployData({
      abi,
      bytecode,
      args: [token.name, token.symbol, token.decimals, supplyBase, LOCAL_CHAIN.vaults[site].address],
    });
    const fees = await client.estimateFeesPerGas();
    const signed = await account.signTransaction({
      chainId: LOCAL_CHAIN.chainId,
      nonce,
      gas: 3_000_000n,
      data,
      ...fees,
    });
    const hash = await client.sendRawTransaction({ serializedTransaction: signed });
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    if (receipt.contractAddress?.toLowerCase() !== token.address.toLowerCase() || receipt.status !== 'success') {
      throw new Error(`${token.symbol} did not land at its address. Start again with --reset.`);
    }
    deployed += 1;
  }
  return deployed;
}
