import type { ApiAnswer, ApiProblem } from '../../../dev/client/visitor.ts';

/**
 * Expects an answer of this status, or for a refusal one of these codes; 400 stands for every refusal.
 *
 * @throws Error that says what came instead
 */
export function expectAnswer(answer: ApiAnswer<unknown>, status: number, ...codes: readonly string[]): void {
  const isRefused = answer.status >= 400 && answer.status < 500;
  const isStatus = status === 400 ? isRefused : answer.status === status;
  const { code } = (answer.body ?? {}) as Partial<ApiProblem>;
  if (isStatus && (codes.length === 0 || codes.includes(code ?? ''))) return;
  throw new Error(
    `expected ${status} ${codes.join(' or ')}, but ${answer.status} came: ${JSON.stringify(answer.body)}`,
  );
}
