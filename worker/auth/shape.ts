import { z } from '@hono/zod-openapi';
import { time } from '../http/shape.ts';

export const nonceBody = z.strictObject({
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
});

/** A single-use challenge. `message` is the whole EIP-4361 text: the wallet signs it as it stands. */
export const nonce = z
  .object({ nonce: z.string(), message: z.string(), issued_at: time, expires_at: time })
  .openapi('Nonce');

export const walletBody = z.strictObject({
  message: z.string().min(1).max(2_000),
  signature: z
    .string()
    .regex(/^0x[0-9a-fA-F]+$/)
    .max(4_000),
});

export type Nonce = z.infer<typeof nonce>;
