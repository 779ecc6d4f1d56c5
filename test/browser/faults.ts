import type { BrowserContext, ConsoleMessage } from 'playwright-core';

/** A line in the console that belongs to what a test does on purpose. */
export interface Excuse {
  /** Why the line is right to be there. */
  reason: string;
  /** Found in the line, which is `{kind}: {text} ({address it is about})`. */
  pattern: RegExp;
}

/**
 * Keeps everything that should never happen in a page: uncaught errors, console errors and warnings, breaches of the
 * content security policy (frames included), and requests to an origin that is not named in `origins`.
 *
 * @returns what was found so far, without what `excuses` cover
 */
export async function watchFaults(
  context: BrowserContext,
  origins: readonly string[],
  excuses: readonly Excuse[],
): Promise<() => string[]> {
  const faults: string[] = [];
  const add = (fault: string): void => {
    if (!excuses.some(({ pattern }) => pattern.test(fault))) faults.push(fault);
  };
  context.on('weberror', (error) => add(`uncaught: ${error.error().stack ?? error.error().message}`));
  context.on('console', (message: ConsoleMessage) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    add(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && !origins.includes(origin)) add(`foreign request: ${request.url()}`);
  });
  await context.exposeFunction('testPolicyBreach', (breach: string) => add(`policy: ${breach}`));
  await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    testPolicyBreach(event.effectiveDirective + ' forbids ' + event.blockedURI + ' on ' + event.documentURI));`);
  return () => faults;
}
