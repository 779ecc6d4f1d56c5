import { bigint, numeric, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The tenant a row belongs to. Every table of a site leads its primary key with it. */
export const siteId = () => uuid().notNull();

/** A UUIDv7 made in the Worker, so that a batch can name rows before they exist. */
export const id = () => uuid().notNull();

/** Fiat money in minor units of the row's currency. */
export const minor = () => bigint({ mode: 'bigint' });

/** Tokens in base units: 78 digits hold every uint256. */
export const base = () => numeric({ precision: 78, scale: 0, mode: 'bigint' });

/** An instant. Written from `app.now()` or from decide(), never from the server's own clock. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' });
