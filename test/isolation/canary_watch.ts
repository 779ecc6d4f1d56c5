import { ask, type HttpAnswer } from '../../dev/client/http.ts';
import { ApiVisitor, type ApiAnswer } from '../../dev/client/visitor.ts';
import { countRequests } from '../harness/count.ts';
import { useStack } from '../harness/stack.ts';

/** Everything that left the platform or reached its database while something was done. */
export interface Watched {
  /** Status, headers and body of every answer that was noted. */
  answers: string[];
  /** What the Workers wrote. */
  logs: string[];
  /** The requests to the database, of both Workers, with their parameters. */
  requests: string[];
}

/** The most requests that the stack remembers. */
const TRACE_LENGTH = 2_000;

/** Watches while `work` runs; `work` gets the function that notes an answer. */
export async function watch(work: (note: Note) => Promise<void>): Promise<Watched> {
  const answers: string[] = [];
  const began = new Date().toISOString();
  const { requests } = await countRequests(() => work((answer) => void answers.push(textOf(answer))));
  if (requests.length >= TRACE_LENGTH) throw new Error('more was done than the stack can tell of: watch smaller parts');
  const { text } = await ask(`${useStack().control}/logs`);
  const lines = JSON.parse(text) as { at: string; message: string }[];
  return {
    answers,
    logs: lines.filter(({ at }) => at >= began).map(({ message }) => message),
    requests: requests.map((request) => JSON.stringify(request)),
  };
}

export type Note = (answer: Pick<HttpAnswer, 'status' | 'headers'> & ({ text: string } | { body: unknown })) => void;

/** A session cookie is given to its owner in this one header, and nowhere else. */
function textOf({ headers, ...rest }: Parameters<Note>[0]): string {
  return JSON.stringify({ ...rest, headers: { ...headers, 'set-cookie': undefined } });
}

/** A browser whose answers are noted. */
export class NotedVisitor extends ApiVisitor {
  readonly #note: Note;

  constructor(origin: string, note: Note) {
    super(origin);
    this.#note = note;
  }

  override async send<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<ApiAnswer<Body>> {
    const answer = await super.send<Body>(method, path, body, headers);
    this.#note(answer);
    return answer;
  }
}
