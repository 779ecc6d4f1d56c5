import { afterEach, expect, it, vi } from 'vitest';
import type { Env } from '../env.ts';
import { callContract } from './chain.ts';

let rpc = 0;
afterEach(() => vi.unstubAllGlobals());

/** An RPC address nobody has asked before, and what is answered there, in turn. */
function chain(...answers: unknown[]): { env: Env; asked: ReturnType<typeof vi.fn> } {
  rpc += 1;
  const asked = vi.fn(() => {
    const next = answers.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  vi.stubGlobal('fetch', asked);
  return { env: { CHAIN_RPC_URLS: JSON.stringify({ 1: `https://rpc${rpc}.example/secret-key` }) } as Env, asked };
}

const said = (result: unknown) => Response.json({ jsonrpc: '2.0', id: 1, result });
const failed = (code: number, message: string) => Response.json({ jsonrpc: '2.0', id: 1, error: { code, message } });
const call = (env: Env, chainId = 1) => callContract(env, chainId, { to: '0xab', data: '0x01' });

/** The refusal, with nothing of what was caught. */
async function expectUnavailable(asked: Promise<unknown>): Promise<void> {
  const refused: unknown = await asked.catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'wallet.chain_unavailable', retry: true });
  expect(refused).not.toHaveProperty('cause');
}

it('asks an address once which chain it serves, and then the contract', async () => {
  const { env, asked } = chain(said('0x1'), said('0x01'), said('0x02'));
  expect(await call(env)).toBe('0x01');
  expect(await call(env)).toBe('0x02');
  expect(asked).toHaveBeenCalledTimes(3);
});

it.each([
  [3, 'execution reverted'],
  [-32015, 'VM execution error'],
  [-32000, 'invalid opcode: INVALID'],
  [-32000, 'out of gas'],
  [-32603, 'EVM error OutOfGas'],
])('takes %i %s for a no of the contract', async (code, message) => {
  const { env } = chain(said('0x1'), failed(code, message));
  expect(await call(env)).toBeNull();
});

it.each([
  ['nobody answers', [new TypeError('fetch failed: https://rpc.example/secret-key')]],
  ['another chain answers', [said('0x2')]],
  ['the chain’s number is missing', [failed(-32601, 'no such method')]],
  ['too many have asked', [said('0x1'), failed(-32005, 'limit exceeded')]],
  ['no JSON comes', [said('0x1'), new Response('<html>')]],
  ['no answer is in it', [said('0x1'), Response.json([])]],
  ['the answer is no bytes', [said('0x1'), said('yes')]],
] as const)('cannot tell when %s, and says nothing of the address', async (_name, answers) => {
  const { env } = chain(...answers);
  await expectUnavailable(call(env));
});

it.each(['', '{}', 'null', '[]', '{"2": "https://rpc.example"}', '{"1": 7}', '{"1": "no address"}'])(
  'cannot tell without an address of the chain: %s',
  async (CHAIN_RPC_URLS) => {
    await expectUnavailable(call({ CHAIN_RPC_URLS } as Env));
  },
);
