/** Gives the idempotency key of an attempt. */
export interface Attempt {
  /** The key to send `body` with: the same as long as the body is, so that sending again cannot order twice. */
  keyFor: (body: unknown) => string;
  /** Ends the attempt after a definite refusal: the same wish is then a new attempt. */
  end: () => void;
}

/** Keeps the key of one intent over retries. `mint` makes a fresh key. */
export function createAttempt(mint: () => string): Attempt {
  let current: { content: string; key: string } | undefined;
  return {
    keyFor(body) {
      const content = JSON.stringify(body);
      if (current?.content !== content) current = { content, key: mint() };
      return current.key;
    },
    end() {
      current = undefined;
    },
  };
}
