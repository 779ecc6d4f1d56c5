import { createHash } from 'node:crypto';
import type { AccountClaims } from 'oidc-provider';
import type { Shelf } from '../store.ts';

/** A person, as the Management API shows them. */
export interface User {
  user_id: string;
  email: string;
  email_verified: boolean;
  name: string;
  blocked: boolean;
  created_at: string;
  updated_at: string;
}

/** The address as it is compared, or null for what is none. */
export function parseEmail(text: string): string | null {
  const email = text.trim().toLowerCase();
  return email.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+$/.test(email) ? email : null;
}

/** The id follows from the address, so that a person stays the same one after a reset. */
export function userIdOf(email: string): string {
  return `auth0|${createHash('sha256').update(email).digest('hex').slice(0, 24)}`;
}

/** The person with this address; who comes for the first time is signed up. */
export function findOrCreateUser(users: Shelf<User>, email: string): User {
  const id = userIdOf(email);
  const now = new Date().toISOString();
  const name = email.slice(0, email.indexOf('@'));
  const user = { user_id: id, email, email_verified: true, name, blocked: false, created_at: now, updated_at: now };
  users.insert(id, user);
  return users.get(id) ?? user;
}

/** Blocks or unblocks a person; null when there is no such person. */
export function setBlocked(users: Shelf<User>, id: string, blocked: boolean): User | null {
  const user = users.get(id);
  if (user === undefined) return null;
  const changed = { ...user, blocked, updated_at: new Date().toISOString() };
  users.put(id, changed);
  return changed;
}

/** The claims that a scope opens. */
export const CLAIMS_BY_SCOPE: Readonly<Record<string, string[]>> = {
  openid: ['sub'],
  email: ['email', 'email_verified'],
  profile: ['name', 'nickname', 'updated_at'],
};

/** All claims of a person; which of them a token carries, the scopes decide. */
export function claimsOf(user: User): AccountClaims {
  const { user_id: sub, email, email_verified, name, updated_at } = user;
  return { sub, email, email_verified, name, nickname: name, updated_at };
}
