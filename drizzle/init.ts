import pg from 'pg';
import { ROLES, type Role } from './role.ts';

/** Connection strings of the seven roles; user and password in each are what the role is made with. */
export type RoleUrls = Record<Role, string>;

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * Makes the roles and the database on an empty server; repeating it changes nothing but the passwords.
 * Roles are made by SQL because a role made by a provider's console may bypass row-level security.
 *
 * @param adminUrl a connection that may create roles and databases
 * @throws TypeError when a role's connection string names another user, has no password, or another database
 */
export async function initDatabase(adminUrl: string, urls: RoleUrls): Promise<void> {
  const database = decodeURIComponent(new URL(urls.posx_owner).pathname.slice(1));
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    for (const role of ROLES) {
      const url = new URL(urls[role]);
      if (url.username !== role || url.password === '')
        throw new TypeError(`the URL of ${role} must name it and its password`);
      if (decodeURIComponent(url.pathname.slice(1)) !== database)
        throw new TypeError(`the URL of ${role} names another database`);
      const known = await admin.query('select from pg_roles where rolname = $1', [role]);
      const verb = known.rowCount === 0 ? 'create' : 'alter';
      const password = quote(decodeURIComponent(url.password));
      await admin.query(`${verb} role ${role} login nocreatedb nocreaterole noinherit password ${password}`);
      await admin.query(`alter role ${role} set search_path = public`);
    }
    const known = await admin.query('select from pg_database where datname = $1', [database]);
    if (known.rowCount === 0) {
      // Since PostgreSQL 16 the maker of a role must be its member to give it a database.
      await admin.query('grant posx_owner to current_user');
      await admin.query(`create database ${pg.escapeIdentifier(database)} owner posx_owner`);
    }
    await admin.query(`revoke all on database ${pg.escapeIdentifier(database)} from public`);
    await admin.query(`grant connect on database ${pg.escapeIdentifier(database)} to ${ROLES.join(', ')}`);
  } finally {
    await admin.end();
  }
}
