import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../runtime/root.ts';
import { placeholders, refuseUnready } from './refuse.ts';
import { collectSecrets, refuseOtherMode } from './secret.ts';
import { sizeTable } from './size.ts';
import { stepsOf, summary } from './step.ts';
import { readTarget, type Target, type WorkerTarget } from './target.ts';

const worker = (name: string, more: Partial<WorkerTarget> = {}): WorkerTarget => ({
  config: `${name}.toml`,
  name,
  vars: {},
  secrets: [],
  zones: [],
  ...more,
});
const real: Target = {
  environment: 'production',
  api: worker('api', { vars: { PLATFORM_HOST: 'platform.posx.test', STRIPE_LIVEMODE: 'true' } }),
  queues: worker('queues', { secrets: ['ONE', 'TWO'] }),
  storefront: { kind: 'pages', name: 'web', branch: 'main' },
};

/** `node dev/deploy.ts`, with no token. */
function deploy(...args: string[]) {
  const env = { ...process.env, CLOUDFLARE_API_TOKEN: '' };
  return spawnSync(process.execPath, [join(ROOT, 'dev/deploy.ts'), ...args], { encoding: 'utf8', env });
}

describe('a deployment that cannot work is refused before anything is sent', () => {
  it.each([[['--foo']], [['extra']], [['--env', 'test']], [['--env']]])('%j is no command: exit code 2', (args) => {
    const { status, stderr, stdout } = deploy(...args);
    expect({ status, lines: stderr.trim().split('\n').length, stdout }).toEqual({ status: 2, lines: 1, stdout: '' });
  });
  it('names the example hosts of the repository', () => {
    const { status, stderr } = deploy('--env', 'staging', '--saas');
    expect(status).toBe(1);
    expect(stderr.trim()).toMatch(/^Put the real host .*"platform\.staging\.example\.com".*"staging\.example\.com"\.$/);
  });
  it('asks for the token', () => {
    expect(() => refuseUnready(real, {})).toThrow(/^CLOUDFLARE_API_TOKEN is not set/);
    expect(() => refuseUnready(real, { CLOUDFLARE_API_TOKEN: 'token' })).not.toThrow();
  });
  it('takes a host that only looks like an example for real', () => {
    const vars = { PLATFORM_HOST: 'example.com.posx.test', OTHER: 'https://myexample.com' };
    expect(placeholders({ ...real, api: worker('api', { vars }) })).toEqual([]);
    expect(placeholders({ ...real, api: worker('api', { vars: { HOST: 'example.com' } }) })).toHaveLength(1);
  });
});

describe('secrets', () => {
  const nobody = () => Promise.reject(new Error('not asked'));
  it('come from the environment, and only those that the Worker requires', async () => {
    const variables = { ONE: 'a', TWO: 'b', THREE: 'c' };
    expect(await collectSecrets(real.queues, variables, nobody)).toEqual({ ONE: 'a', TWO: 'b' });
  });
  it('stay at Cloudflare when they are there, and are named when they are nowhere', async () => {
    expect(await collectSecrets(real.queues, { ONE: 'a', TWO: '' }, () => Promise.resolve(['TWO']))).toEqual({
      ONE: 'a',
    });
    const missing = collectSecrets(real.queues, {}, () => Promise.resolve(['ONE']));
    await expect(missing).rejects.toThrow(/^queues lacks TWO: set them in the environment/);
  });
  it('of the other Stripe mode are refused', () => {
    expect(() => refuseOtherMode(real, { STRIPE_SECRET_KEY: 'sk_test_1' })).toThrow(/not of Stripe's live mode/);
    expect(() => refuseOtherMode(real, { STRIPE_SECRET_KEY: 'rk_live_1' })).not.toThrow();
    const staging: Target = {
      ...real,
      environment: 'staging',
      api: worker('api', { vars: { STRIPE_LIVEMODE: 'false' } }),
    };
    expect(() => refuseOtherMode(staging, { STRIPE_PUBLISHABLE_KEY: 'pk_live_1' })).toThrow(/test mode.*staging/);
  });
});

describe('the steps', () => {
  it('deploy who understands before who asks: consumer, API, storefront', () => {
    expect(stepsOf(real).map(({ args }) => args.slice(0, 5).join(' '))).toEqual([
      'deploy --env production -c queues.toml',
      'deploy --env production -c api.toml',
      'pages deploy dist --project-name web',
    ]);
    expect(summary(real, 'would deploy')).toBe(
      'would deploy to production: the consumer queues, the API api, the storefront (Pages, branch main) web',
    );
  });
  it('never send staging to production, whatever the storefront is', async () => {
    for (const kind of ['pages', 'saas'] as const) {
      const staging = await readTarget('staging', kind);
      const production = await readTarget('production', kind);
      const words = (target: Target) => stepsOf(target).flatMap(({ args }) => args);
      expect(words(staging).filter((word) => /production|^main$/.test(word))).toEqual([]);
      expect(words(production).filter((word) => word.includes('staging'))).toEqual([]);
      expect([staging.api.name, staging.queues.name]).toEqual(['posx-api-staging', 'posx-queues-staging']);
    }
  });
});

describe('sizes', () => {
  const script = { part: 'api', raw: 20 * 1024 * 1024, isScript: true, files: 1 };
  it('say the limit, and when the free plan is left', () => {
    expect(sizeTable([{ ...script, gzip: 1024 }])).toContain('1.0 KiB  10 MiB gzip, 3 MiB on the free plan');
    expect(sizeTable([{ ...script, gzip: 4 * 1024 * 1024 }])).toContain('too large for the free plan');
  });
  it('refuse a script that no plan takes', () => {
    expect(() => sizeTable([{ ...script, gzip: 11 * 1024 * 1024 }])).toThrow(/over Cloudflare's limit of 10 MiB/);
  });
});

it('a dry run builds everything, prints every size and says last what it would do', { timeout: 120_000 }, () => {
  const { status, stdout, stderr } = deploy('--dry-run');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const part of ['posx-api', 'posx-queues', 'posx-web script', 'posx-web assets'])
    expect(stdout).toMatch(new RegExp(`^${part} +\\d+\\.\\d KiB +\\d+\\.\\d KiB  `, 'm'));
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^would deploy to production: /);
});
