import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';

/** A page's cursor is the id of its last row: ids are UUIDv7, so they run with time. */
export const encodeCursor = (id: string): string => btoa(id);

/** @throws DomainError `request.malformed` when the cursor is none of ours */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const parsed = z.uuid().safeParse(decodeBase64(cursor));
  if (!parsed.success) throw new DomainError('request.malformed', { detail: 'This cursor is not one of ours.' });
  return parsed.data;
}

function decodeBase64(text: string): string | null {
  try {
    return atob(text);
  } catch {
    return null;
  }
}

/** Cuts `limit + 1` rows into a page and the cursor of the next one. */
export function pageOf<Row extends { id: string }, Item>(rows: Row[], limit: number, present: (row: Row) => Item) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}

/** A page's cursor where no id runs with time: the last row's sort key. */
export const encodeKey = (key: readonly string[]): string => btoa(JSON.stringify(key));

/** @throws DomainError `request.malformed` when the cursor is none of ours */
export function decodeKey<Key>(cursor: string | undefined, shape: z.ZodType<Key>): Key | undefined {
  if (cursor === undefined) return undefined;
  const parsed = shape.safeParse(parseJson(decodeBase64(cursor)));
  if (!parsed.success) throw new DomainError('request.malformed', { detail: 'This cursor is not one of ours.' });
  return parsed.data;
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
