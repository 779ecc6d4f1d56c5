import { z } from 'zod';

/** How the provider names another object: by its id, or by the whole object where that was asked for. Answers the id. */
export const reference = z
  .union([z.string().min(1), z.looseObject({ id: z.string().min(1) }).transform(({ id }) => id)])
  .nullish()
  .transform((id) => id ?? null);
