import { createHash } from 'node:crypto';

/** A 20-byte address or a 32-byte key in hexadecimal. */
export type Hex = `0x${string}`;

/** A person of the demo with a wallet. */
export interface DemoAccount {
  name: string;
  address: Hex;
  privateKey: Hex;
  /** With which an operator signs in at Auth0. */
  email?: string;
}

/** An ERC-20 of the local chain. `assetId` is its name at the custodian. */
export interface LocalToken {
  name: string;
  symbol: string;
  decimals: number;
  address: Hex;
  assetId: string;
}

/** A custody vault: its id at the custodian, and the address and key that hold the tokens. */
export interface LocalVault {
  id: string;
  address: Hex;
  privateKey: Hex;
}

// Derived from a sentence, so that no key of ours is ever mistaken for a leaked one. Worthless outside this chain.
function keyOf(role: string): Hex {
  return `0x${createHash('sha256').update(`posx local chain ${role}`).digest('hex')}`;
}

/** Deploys the tokens with its first transactions, which is why their addresses are known beforehand. */
export const DEPLOYER: { address: Hex; privateKey: Hex } = {
  address: '0xaFF5B991F2990a25d019F46930A699f5120bEe97',
  privateKey: keyOf('deployer'),
};

/**
 * What never changes about the local chain, so that a seed can contain it. The people use the ten accounts of
 * the test mnemonic that anvil and every wallet for developers know ("test test … junk").
 */
export const LOCAL_CHAIN = {
  chainId: 31337,
  tokens: {
    na: {
      name: 'North America Token',
      symbol: 'NAT',
      decimals: 18,
      address: '0x4AEE3531ba5a9C6C888C0e11654ea7A0Cd654Bc6',
      assetId: 'NAT_LOCAL',
    },
    asia: {
      name: 'Asia Token',
      symbol: 'ASIA',
      decimals: 6,
      address: '0x22F7b3C027d6475E40AAFbeE9f5C91F66c4DC8Ab',
      assetId: 'ASIA_LOCAL',
    },
  },
  vaults: {
    na: { id: '1', address: '0xA4dEB839f4A62B125Fc5C79ABEEA9efDb5CF35BF', privateKey: keyOf('vault na') },
    asia: { id: '2', address: '0xfeBbb5D6AdB5bbDE2F2C30a0b97A29c876E70ca0', privateKey: keyOf('vault asia') },
  },
  demo: {
    buyers: [
      {
        name: 'Buyer One',
        address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
        privateKey: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
      },
      {
        name: 'Buyer Two',
        address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
        privateKey: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
      },
      {
        name: 'Buyer Three',
        address: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
        privateKey: '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
      },
      {
        name: 'Buyer Four',
        address: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
        privateKey: '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
      },
    ],
    agents: [
      {
        name: 'Agent One',
        address: '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65',
        privateKey: '0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a',
      },
      {
        name: 'Agent Two',
        address: '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc',
        privateKey: '0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba',
      },
      {
        name: 'Agent Three',
        address: '0x976EA74026E726554dB657fA54763abd0C3a0aa9',
        privateKey: '0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e',
      },
    ],
    operators: [
      {
        name: 'Owner',
        email: 'owner@posx.example',
        address: '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955',
        privateKey: '0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356',
      },
      {
        name: 'Manager',
        email: 'manager@posx.example',
        address: '0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f',
        privateKey: '0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97',
      },
      {
        name: 'Administrator',
        email: 'administrator@posx.example',
        address: '0xa0Ee7A142d267C1f36714E4a8F75612F20a79720',
        privateKey: '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
      },
    ],
  },
} as const satisfies {
  chainId: number;
  tokens: Record<string, LocalToken>;
  vaults: Record<string, LocalVault>;
  demo: Record<string, readonly DemoAccount[]>;
};
