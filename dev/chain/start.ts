import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { guard } from '../guard.ts';
import { LOCAL_CHAIN } from './accounts.ts';

/** How to run the chain. */
export interface ChainOptions {
  /** 0 or nothing: a free port. */
  port?: number;
  /** Where the chain is kept between starts. Without it, it is gone at the end. */
  stateFile?: string;
  /** Mines at this interval. Without it, each transaction is mined at once. */
  blockTimeSeconds?: number;
}

/** A running chain. */
export interface Chain {
  rpcUrl: string;
  port: number;
  chainId: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const STATE_INTERVAL_SECONDS = 1;

/**
 * Starts anvil, a real EVM. A chain with a state file loses at most about a second when it is killed; an anvil that a
 * killed start left behind on the same file is ended first.
 *
 * @throws Error with one clear sentence when anvil is missing, cannot start, or its port is taken
 */
export async function startChain(options: ChainOptions = {}): Promise<Chain> {
  const { stateFile } = options;
  if (stateFile !== undefined) {
    mkdirSync(dirname(stateFile), { recursive: true });
    await endOrphan(stateFile);
    setBrokenAside(stateFile);
  }
  const port = await choosePort(options.port ?? 0);
  const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(LOCAL_CHAIN.chainId), '--quiet'];
  if (stateFile !== undefined) args.push('--state', stateFile, '--state-interval', String(STATE_INTERVAL_SECONDS));
  if (options.blockTimeSeconds !== undefined) args.push('--block-time', String(options.blockTimeSeconds));
  // A process group of its own: Ctrl-C in a terminal must not end the chain before what still speaks to it.
  const child = spawn(findBinary(), args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const unguard = child.pid === undefined ? () => undefined : guard(child.pid, 'SIGTERM');
  child.once('exit', unguard);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  if (stateFile !== undefined && child.pid !== undefined) writeFileSync(`${stateFile}.pid`, String(child.pid));
  const stop = async (): Promise<void> => {
    // On SIGTERM anvil writes its state and leaves; nothing else may hold the platform's end up.
    child.kill('SIGTERM');
    const timer = setTimeout(kill, 5_000);
    await ended;
    clearTimeout(timer);
    process.off('exit', kill);
    if (stateFile !== undefined) rmSync(`${stateFile}.pid`, { force: true });
  };
  const rpcUrl = `http://127.0.0.1:${port}`;
  try {
    await waitUntilReady(child, rpcUrl);
  } catch (error) {
    await stop();
    throw error;
  }
  return { rpcUrl, port, chainId: LOCAL_CHAIN.chainId, stop };
}

// The npm package carries the binary for Linux on x64; elsewhere an installed anvil does as well.
function findBinary(): string {
  const name = '@foundry-rs/anvil-linux-amd64/package.json';
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), 'bin', 'anvil');
  } catch {
    return 'anvil';
  }
}

async function choosePort(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Error(`Port ${port} for the local chain is taken by another program.`, { cause }));
    });
    server.listen(port, '127.0.0.1', () => {
      const chosen = (server.address() as AddressInfo).port;
      server.close(() => resolve(chosen));
    });
  });
}

async function waitUntilReady(child: ChildProcess, rpcUrl: string): Promise<void> {
  let complaint = '';
  const startErrors: Error[] = [];
  child.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)));
  child.once('error', (error) => startErrors.push(error));
  const end = Date.now() + READY_WITHIN_MS;
  while (Date.now() < end) {
    const [cause] = startErrors;
    if (cause !== undefined) {
      throw new Error('anvil cannot be started; install Foundry, or use Linux on x64, where npm brings it.', {
        cause,
      });
    }
    if (child.exitCode !== null) throw new Error(`anvil ended at once: ${complaint.trim()}`);
    if (await answers(rpcUrl)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`anvil did not answer within ${READY_WITHIN_MS / 1000} s. ${complaint.trim()}`);
}

async function answers(rpcUrl: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  try {
    const answer = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return answer.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

// A kill in the middle of a write leaves half a file. Starting empty is no loss then: the tokens are deployed again to
// the same addresses, and the custodian sends again what it had signed.
function setBrokenAside(stateFile: string): void {
  if (!existsSync(stateFile)) return;
  try {
    JSON.parse(readFileSync(stateFile, 'utf8'));
  } catch {
    renameSync(stateFile, `${stateFile}.broken`);
  }
}

/** Ends an anvil on this state file that outlived the process which started it. */
export async function endOrphan(stateFile: string): Promise<void> {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(`${stateFile}.pid`, 'utf8'), 10);
  } catch {
    return;
  }
  for (let tries = 0; tries < 100 && isOurs(pid, stateFile); tries += 1) {
    process.kill(pid, tries < 60 ? 'SIGTERM' : 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  rmSync(`${stateFile}.pid`, { force: true });
}

// A process id may have been given to another program since; only an anvil on this very file is ours.
function isOurs(pid: number, stateFile: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (command[0] ?? '').endsWith('anvil') && command.includes(stateFile);
  } catch {
    return false;
  }
}
