import { describe, expect, it } from 'vitest';
import { contentPolicy } from './policy.ts';

const brand = { accent: '#000', surface: '#fff', ink: '#000', radius: '8px', logo: null, tagline: {} };
const payment = (script_url: string) => ({
  provider: 'stripe' as const,
  publishable_key: 'pk_test',
  account: null,
  script_url,
});
const directive = (policy: string, name: string) => policy.split('; ').find((part) => part.startsWith(`${name} `));

describe('contentPolicy', () => {
  it('runs scripts by nonce alone', () => {
    const policy = contentPolicy({ brand, payment: payment('https://js.stripe.com/endive/stripe.js') }, 'abc');
    expect(directive(policy, 'script-src')).toBe("script-src 'nonce-abc' 'strict-dynamic'");
    expect(policy).not.toContain('unsafe');
  });

  it('lets the real Stripe script reach its API and its 3-D Secure frame', () => {
    const policy = contentPolicy({ brand, payment: payment('https://js.stripe.com/endive/stripe.js') }, 'abc');
    expect(directive(policy, 'connect-src')).toContain('https://api.stripe.com');
    expect(directive(policy, 'frame-src')).toContain('https://js.stripe.com');
    expect(directive(policy, 'frame-src')).toContain('https://hooks.stripe.com');
  });

  it('names a stand-in by its origin, without any of Stripe’s hosts', () => {
    const policy = contentPolicy({ brand, payment: payment('http://127.0.0.1:4711/stripe.js') }, 'abc');
    expect(directive(policy, 'connect-src')).toBe("connect-src 'self' http://127.0.0.1:4711");
    expect(directive(policy, 'frame-src')).toBe('frame-src http://127.0.0.1:4711');
    expect(policy).not.toContain('stripe.com');
  });

  it('allows no frame on a site that takes no payment', () => {
    expect(directive(contentPolicy({ brand, payment: null }, 'abc'), 'frame-src')).toBe("frame-src 'none'");
  });

  it.each(["javascript:alert(1); script-src 'unsafe-inline'", 'not a url; script-src *', 'data:text/javascript,1'])(
    'takes nothing from %s',
    (url) => {
      const policy = contentPolicy({ brand: { ...brand, logo: url }, payment: payment(url) }, 'abc');
      expect(policy).toBe(contentPolicy({ brand, payment: null }, 'abc'));
    },
  );

  it('keeps only the origin of a logo elsewhere', () => {
    const policy = contentPolicy({ brand: { ...brand, logo: 'https://cdn.example/a.svg;x' }, payment: null }, 'abc');
    expect(directive(policy, 'img-src')).toBe("img-src 'self' data: https://cdn.example");
  });
});
