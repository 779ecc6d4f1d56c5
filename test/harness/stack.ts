import { inject } from 'vitest';
import type { StackDescription } from '../../dev/description.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackDescription;
  }
}

let lent: StackDescription | undefined;

/** The one stack that all tests of this run share; test/setup.ts boots it. A command lends its own instead. */
export function useStack(): StackDescription {
  return lent ?? inject('stack');
}

/** Lets a command use the harness without a test runner. */
export function lendStack(stack: StackDescription): void {
  lent = stack;
}
