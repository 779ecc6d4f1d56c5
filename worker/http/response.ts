import type { z } from '@hono/zod-openapi';
import { problem } from './shape.ts';

/** Declares a JSON answer of a route. */
export const answer = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Declares a JSON body that must be there. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** Declares how every route refuses. */
export const refusals = {
  default: { description: 'Refused', content: { 'application/problem+json': { schema: problem } } },
} as const;
