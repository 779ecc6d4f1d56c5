import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Abi, Hex } from 'viem';

/** What the compiler makes of the token contract. */
export interface Artifact {
  abi: Abi;
  bytecode: Hex;
}

/** The slice of the compiler's standard output that is read. */
interface CompilerOutput {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>;
}

const CACHE_FOLDER = join(import.meta.dirname, '..', '..', '.dev', 'cache');
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

/**
 * Compiles Token.sol, or reads the result from the cache: loading the compiler alone takes two seconds.
 *
 * @param cacheFolder where artifacts lie, named by the hash of source and settings
 * @throws Error with the compiler's messages
 */
export async function compileToken(cacheFolder = CACHE_FOLDER): Promise<Artifact> {
  const source = readFileSync(join(import.meta.dirname, 'Token.sol'), 'utf8');
  const hash = createHash('sha256').update(source).update(JSON.stringify(SETTINGS)).digest('hex').slice(0, 16);
  const file = join(cacheFolder, `token-${hash}.json`);
  const cached = readCache(file);
  if (cached !== null) return cached;
  const { default: solc } = await import('solc');
  const input = { language: 'Solidity', sources: { 'Token.sol': { content: source } }, settings: SETTINGS };
  const compile = solc.compile as (input: string) => string;
  const output = JSON.parse(compile(JSON.stringify(input))) as CompilerOutput;
  const contract = output.contracts?.['Token.sol']?.['Token'];
  const errors = (output.errors ?? []).filter((error) => error.severity === 'error');
  if (contract === undefined || errors.length > 0) {
    throw new Error(`Token.sol does not compile: ${errors.map((error) => error.formattedMessage).join('\n')}`);
  }
  const artifact: Artifact = { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(file, JSON.stringify(artifact));
  return artifact;
}

// A missing or half-written cache file means: compile.
function readCache(file: string): Artifact | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Artifact;
  } catch {
    return null;
  }
}
