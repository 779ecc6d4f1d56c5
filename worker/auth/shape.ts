import { z } from '@hono/zod-openapi';
import { time } from '../http/shape.ts';
import { isAddressForm } from '../wallet/address.ts';

/** An address somebody typed wrong shows by its checksum; one in a single case has none (EIP-55). */
const address = z
  .string()
  // What has another form has no checksum to be asked about.
  .regex(/^0x[0-9a-fA-F]{40}$/, { abort: true })
  .refine(isAddressForm, 'The checksum of this address is wrong.');

export const nonceBody = z.strictObject({
  address,
  /** `bind`: one more wallet for the account that is signed in. */
  purpose: z.enum(['sign_in', 'bind']).default('sign_in'),
});

/** A single-use challenge. `message` is the whole EIP-4361 text: the wallet signs it as it stands. */
export const nonce = z
  .object({ nonce: z.string(), message: z.string(), issued_at: time, expires_at: time })
  .openapi('Nonce');

/** A contract's signature may carry what deploys it (ERC-6492), and so be long. */
export const walletBody = z.strictObject({
  message: z.string().min(1).max(2_000),
  signature: z
    .string()
    .max(16_000)
    .regex(/^0x([0-9a-fA-F]{2})+$/),
});

export type Nonce = z.infer<typeof nonce>;
export type NonceBody = z.infer<typeof nonceBody>;
export type SignedBody = z.infer<typeof walletBody>;
