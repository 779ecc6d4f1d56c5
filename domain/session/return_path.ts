import { DomainError } from '../error.ts';

const LENGTH_MAX = 500;
const ROUNDS_MAX = 4;

/**
 * Where a browser goes once it is signed in: a path of this very site, with query and fragment. Whatever could lead
 * elsewhere by any reading of it is refused, encoded as often as it may be: two slashes, backslashes, control characters,
 * a scheme. So is the API, which is no page.
 *
 * @param text as it came; the front page when there is none
 * @throws DomainError `request.malformed`
 */
export function parseReturnPath(text: string | undefined): string {
  if (text === undefined) return '/';
  if (text.length > LENGTH_MAX || !text.startsWith('/')) throw malformed();
  for (let read = text, round = 0; ; round += 1) {
    if (!isOfSite(read)) throw malformed();
    const decoded = decode(read);
    if (decoded === read) break;
    if (round === ROUNDS_MAX) throw malformed();
    read = decoded;
  }
  const url = new URL(text, BASE);
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Any origin will do: what counts is that the path does not leave it. */
const BASE = 'https://site.invalid';

const malformed = () => new DomainError('request.malformed', { detail: 'return_to must be a path of this site.' });

/** Control characters, and the two that end a line in scripts. */
const UNSEEN = /[\p{Cc}\u2028\u2029]/u;

const isPlain = (text: string) => !text.startsWith('//') && !text.includes('\\') && !UNSEEN.test(text);

/** As written, and once dots are resolved. */
function isOfSite(text: string): boolean {
  if (!isPlain(text) || !URL.canParse(text, BASE)) return false;
  const { origin, pathname } = new URL(text, BASE);
  return origin === BASE && isPlain(pathname) && !/^\/api(\/|$)/i.test(pathname);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new DomainError('request.malformed', { cause: error });
  }
}
