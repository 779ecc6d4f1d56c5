import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMIT_LEVELS } from '../../domain/site/limits.ts';
import { LIMIT_KINDS, limitName } from './limit.ts';

const BINDING =
  /\[\[(?:env\.(?<environment>\w+)\.)?ratelimits\]\]\nname = "(?<name>\w+)"\nnamespace_id = "(?<namespace>\d+)"\nsimple = \{ limit = (?<limit>\d+), period = 60 \}/g;

const bindings = [...readFileSync('wrangler.toml', 'utf8').matchAll(BINDING)].map(({ groups = {} }) => ({
  environment: groups['environment'] ?? 'local',
  name: groups['name'],
  namespace: groups['namespace'],
  limit: Number(groups['limit']),
}));

describe('wrangler.toml', () => {
  it.each(['local', 'staging', 'production'])(
    'names every limit in every size for %s, each stricter the larger',
    (environment) => {
      for (const kind of LIMIT_KINDS) {
        const sizes: (number | undefined)[] = LIMIT_LEVELS.map(
          (level) =>
            bindings.find((each) => each.environment === environment && each.name === limitName(kind, level))?.limit,
        );
        const [strict = Number.NaN, normal = Number.NaN, relaxed = Number.NaN] = sizes;
        expect(strict < normal && normal < relaxed, `${kind}: ${sizes.join(' < ')}`).toBe(true);
      }
    },
  );

  it('gives no two of them one counter', () => {
    expect(bindings).toHaveLength(LIMIT_KINDS.length * LIMIT_LEVELS.length * 3);
    expect(new Set(bindings.map(({ namespace }) => namespace)).size).toBe(bindings.length);
  });

  it('keeps the defaults of the rules', () => {
    const normal = Object.fromEntries(
      bindings
        .filter(({ environment, name }) => environment === 'production' && name?.endsWith('_NORMAL'))
        .map(({ name, limit }): [string, number] => [name ?? '', limit]),
    );
    expect(normal).toEqual({
      LIMIT_REQUEST_NORMAL: 1_000,
      LIMIT_SIGN_IN_NORMAL: 30,
      LIMIT_WALLET_NORMAL: 10,
      LIMIT_ORDER_NORMAL: 10,
      LIMIT_PAYMENT_NORMAL: 30,
      LIMIT_PROMO_NORMAL: 120,
    });
  });
});
