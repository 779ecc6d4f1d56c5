import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Abi, Hex } from 'viem';

/** What the compiler makes of a contract. */
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

/** The local chain's ERC-20. */
export const compileToken = (cacheFolder = CACHE_FOLDER): Promise<Artifact> =>
  compileContract('Token.sol', 'Token', cacheFolder);

/**
 * Compiles a contract of this folder, or reads the result from the cache: loading the compiler alone takes two seconds.
 *
 * @param cacheFolder where artifacts lie, named by the hash of source and settings
 * @throws Error with the compiler's messages
 */
export async function compileContract(source: string, name: string, cacheFolder = CACHE_FOLDER): Promise<Artifact> {
  const content = readFileSync(join(import.meta.dirname, source), 'utf8');
  const hash = createHash('sha256').update(content).update(JSON.stringify(SETTINGS)).digest('hex').slice(0, 16);
  const file = join(cacheFolder, `${name.toLowerCase()}-${hash}.json`);
  const cached = readCache(file);
  if (cached !== null) return cached;
  const { default: solc } = await import('solc');
  const input = { language: 'Solidity', sources: { [source]: { content } }, settings: SETTINGS };
  const compile = solc.compile as (input: string) => string;
  const output = JSON.parse(compile(JSON.stringify(input))) as CompilerOutput;
  const contract = output.contracts?.[source]?.[name];
  const errors = (output.errors ?? []).filter((error) => error.severity === 'error');
  if (contract === undefined || errors.length > 0) {
    throw new Error(`${source} does not compile: ${errors.map((error) => error.formattedMessage).join('\n')}`);
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
