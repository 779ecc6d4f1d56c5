/** The seven roles. None but the owner owns anything; none is superuser or may bypass row-level security. */
export const ROLES = [
  'posx_owner',
  'posx_app',
  'posx_operator',
  'posx_readonly',
  'posx_admin',
  'posx_queue',
  'posx_sweep',
] as const;

export type Role = (typeof ROLES)[number];

/** Name of the environment variable that holds a role's connection string, e.g. `DATABASE_URL_APP`. */
export const urlVariable = (role: Role): string => `DATABASE_URL_${role.slice('posx_'.length).toUpperCase()}`;
