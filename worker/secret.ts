import { importDataKeys, type DataKeys } from '../domain/secret/key.ts';
import type { Env } from './env.ts';

let kept: { env: Env; keys: DataKeys } | undefined;

/** The keys of sealed columns and cookies, imported once by an isolate. @throws TypeError when none is set */
export async function dataKeys(env: Env): Promise<DataKeys> {
  // The keys are kept and not the promise of them: one request may not wait for what another one began.
  if (kept?.env !== env) kept = { env, keys: await importDataKeys(env) };
  return kept.keys;
}
