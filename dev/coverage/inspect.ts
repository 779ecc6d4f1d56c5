import { WebSocket } from 'ws';

/** Longer than any evaluation takes, so that a Worker that hangs is told. */
const ANSWER_TIMEOUT_MS = 60_000;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly context?: { readonly id: number } };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
  readonly error?: { readonly message: string };
}

/**
 * Evaluates an expression in a Worker over its DevTools port. One at a time: the port takes one client for each Worker.
 *
 * @param inspectorUrl of the runtime.
 * @param worker its name.
 * @returns the value, which JSON must be able to hold.
 * @throws Error when the Worker is unknown, does not answer, or the expression throws.
 */
export async function evaluate(inspectorUrl: string, worker: string, expression: string): Promise<unknown> {
  const socket = new WebSocket(new URL(`/${worker}`, inspectorUrl));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    return await new Promise((resolve, reject) => {
      timeout.addEventListener('abort', () => reject(new Error('it gave no answer in time')));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('it closed the connection')));
      converse(socket, expression, resolve, reject);
    });
  } catch (error) {
    throw new Error(`The Worker ${worker} cannot be asked.`, { cause: error });
  } finally {
    socket.close();
    // Until then the port is taken.
    await closed;
  }
}

function converse(
  socket: WebSocket,
  expression: string,
  resolve: (value: unknown) => void,
  reject: (error: Error) => void,
): void {
  const send = (id: number, method: string, params = {}): void => socket.send(JSON.stringify({ id, method, params }));
  socket.once('open', () => {
    // The runtime has no default context. The one to evaluate in is announced upon the second, once until the first.
    send(1, 'Runtime.disable');
    send(2, 'Runtime.enable');
  });
  socket.on('message', (data: Buffer) => {
    const { id, method, params, result, error } = JSON.parse(data.toString('utf8')) as Message;
    if (method === 'Runtime.executionContextCreated' && params?.context !== undefined)
      send(3, 'Runtime.evaluate', { contextId: params.context.id, expression, returnByValue: true });
    const refusal = error?.message ?? result?.exceptionDetails?.exception?.description;
    if (refusal !== undefined) reject(new Error(refusal));
    else if (id === 3) resolve(result?.result?.value);
  });
}
