import { DomainError } from '../../domain/error.ts';

/** No body of ours nests deeper than a few levels. */
const DEPTH_MOST = 16;

/** The parts of a JSON text that matter here; numbers and words between them do not. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * Holds a JSON text to what each reader understands alike, and the database can keep: it parses, no object names a member
 * twice, nothing nests too deep, and no string holds NUL or half of a surrogate pair.
 *
 * @throws DomainError `request.malformed`
 */
export function requireStrictJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw malformed('The body is not JSON.', error);
  }
  // From here on the text is JSON: what follows only tells members from other strings.
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') requireNew(open.at(-1), last);
    else last = requireText(token);
    if (open.length > DEPTH_MOST) throw malformed('The body nests too deep.');
  }
}

function requireNew(members: Set<string> | null | undefined, name: string): void {
  if (members?.has(name) === true) throw malformed('The body names a member twice.');
  members?.add(name);
}

function requireText(token: string): string {
  const text = String(JSON.parse(token));
  if (text.includes('\0') || !text.isWellFormed()) throw malformed('A text holds characters that are none.');
  return text;
}

const malformed = (detail: string, cause?: unknown) => new DomainError('request.malformed', { detail, cause });
