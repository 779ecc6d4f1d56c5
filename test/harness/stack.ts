import { inject } from 'vitest';
import type { StackDescription } from '../../dev/description.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackDescription;
  }
}

/** The one stack that all tests of this run share; test/setup.ts boots it. */
export function useStack(): StackDescription {
  return inject('stack');
}
