/** How tightly a site counts requests. The sizes themselves are fixed where the Workers are deployed: wrangler.toml. */
export const LIMIT_LEVELS = ['strict', 'normal', 'relaxed'] as const;

export type LimitLevel = (typeof LIMIT_LEVELS)[number];
