import type { Shelf, Store } from '../store.ts';
import type { User } from './user.ts';

/** What a client proves itself with at the token endpoint. */
export interface Credential {
  clientId: string;
  clientSecret: string;
}

/** A confidential client that signs people in. Both lists are exact, save for the query string of a logout URL. */
export interface WebClient extends Credential {
  callbackUrls: readonly string[];
  logoutUrls: readonly string[];
}

/** A client that acts for itself: the scopes it was granted, by audience. */
export interface MachineClient extends Credential {
  grants: Readonly<Record<string, readonly string[]>>;
}

/** An API that access tokens are issued for. */
export interface Api {
  /** Its identifier, an absolute URI; nothing is ever requested from it. */
  audience: string;
  scopes: readonly string[];
}

/** One Auth0 tenant: everything it knows. */
export interface Tenant {
  /** Ends with a slash, as Auth0's does. */
  issuer: string;
  store: Store;
  users: Shelf<User>;
  web: readonly WebClient[];
  machines: readonly MachineClient[];
  apis: readonly Api[];
}

/** The audience of the tenant's own Management API. */
export function managementAudience(issuer: string): string {
  return `${issuer}api/v2/`;
}
