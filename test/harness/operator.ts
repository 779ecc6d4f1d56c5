import { ApiVisitor } from '../../dev/client/visitor.ts';
import { useStack } from './stack.ts';

/** The demo's owner, who owns every minted site too, signed in on the platform host. */
export async function newOperator(): Promise<ApiVisitor> {
  const { platform, demo } = useStack();
  const [owner] = demo.operators;
  if (owner === undefined) throw new TypeError('the demo has operators');
  const visitor = new ApiVisitor(platform.url);
  await visitor.signIn(owner.privateKey);
  return visitor;
}
