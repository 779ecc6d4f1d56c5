import { z } from '@hono/zod-openapi';

/** Brand of a site: colours and words the storefront derives its whole look from. */
export const brand = z.object({
  accent: z.string(),
  surface: z.string(),
  ink: z.string(),
  radius: z.string(),
  logo: z.string().nullable(),
  tagline: z.record(z.string(), z.string()),
});

export const site = z
  .object({
    code: z.string(),
    name: z.string(),
    kind: z.enum(['site', 'platform']),
    status: z.enum(['active', 'suspended']),
    currency: z.string(),
    currency_exponent: z.number().int(),
    locales: z.array(z.string()),
    brand,
    chain: z.object({ id: z.number().int(), name: z.string(), explorer_url: z.string().nullable() }),
    token: z.object({ symbol: z.string(), address: z.string(), decimals: z.number().int() }).nullable(),
    /** How one may sign in; `email` stands for every way that Auth0's page offers. */
    sign_in: z.array(z.enum(['email', 'wallet'])),
    /** Whether buyers must have been identified. */
    kyc_required: z.boolean(),
    /** Whether buying is open to this visitor's place, and the code of the refusal where it is not. */
    may_buy: z.object({ ok: z.boolean(), code: z.string().nullable() }),
    payment: z
      .object({
        provider: z.literal('stripe'),
        publishable_key: z.string(),
        account: z.string().nullable(),
        script_url: z.string(),
      })
      .nullable(),
    terms: z.object({ version: z.string(), text: z.record(z.string(), z.string()) }),
    vesting: z
      .object({
        tge_basis_points: z.number().int(),
        cliff_count: z.number().int(),
        period_count: z.number().int(),
        period_unit: z.enum(['day', 'week', 'month']),
      })
      .nullable(),
  })
  .openapi('Site');

export type Site = z.infer<typeof site>;
