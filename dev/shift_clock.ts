import pg from 'pg';

/**
 * Moves the business clock (`app.now()`) by some days, forward or back; null sets it to the real time. Signatures and
 * tokens keep the real clock.
 *
 * @param ownerUrl only posx_owner may
 * @returns the shift that is now in force, as PostgreSQL writes it
 */
export async function shiftClock(ownerUrl: string, days: number | null): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ shift: string }>(
      `update app.clock set shift = case when $1::float8 is null then interval '0' else shift + make_interval(secs => $1 * 86400) end
       returning justify_hours(shift)::text as shift`,
      [days],
    );
    return rows[0]?.shift ?? '';
  } finally {
    await client.end();
  }
}
