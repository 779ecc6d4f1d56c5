/** While an earlier call without an answer may still reach a provider, of money or of tokens, no refusal is believed. */
export const DOUBT_MINUTES = 15;
