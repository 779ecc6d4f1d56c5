/** Holds the opaque session token. `__Host-` binds it to one host, so one site's session is no other site's. */
export const SESSION_COOKIE = '__Host-posx_session';

/** Binds a sign-in challenge to the browser that asked for it. */
export const NONCE_COOKIE = '__Host-posx_nonce';

/** Lax and not Strict: a sign-in that ends in a redirect from another site must arrive with its cookies. */
export const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;
