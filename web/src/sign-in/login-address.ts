/** Where a page is: its path and its query with the leading `?`, or empty. */
export interface Spot {
  pathname: string;
  search: string;
}

/** Why somebody goes to the e-mail sign-in: to come in, to add it to this account, or to prove anew who they are. */
export type Errand = 'enter' | 'join' | 'fresh';

/** The parameter by which a failed e-mail sign-in tells its refusal's code on the page it returns to. */
export const ERROR_PARAMETER = 'sign_in_error';

/** `spot` as a path, without what a former sign-in left in it. */
export function pathWithoutError({ pathname, search }: Spot): string {
  const query = new URLSearchParams(search);
  query.delete(ERROR_PARAMETER);
  const rest = query.toString();
  return rest === '' ? pathname : `${pathname}?${rest}`;
}

/** The address that leads to the e-mail sign-in and back to `spot`, in the page's language. */
export function loginAddress(spot: Spot, locale: string, errand: Errand = 'enter'): string {
  const query = new URLSearchParams({ return_to: pathWithoutError(spot), locale });
  if (errand !== 'enter') query.set(errand, '1');
  return `/api/v1/auth/login?${query.toString()}`;
}
