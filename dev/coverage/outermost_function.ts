interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** The functions of a syntax tree that lie in no other function. */
export function outermostFunctions(tree: object): SyntaxNode[] {
  if (isNode(tree) && FUNCTIONS.has(tree.type)) return [tree];
  const parts: unknown[] = Object.values(tree);
  return parts.flatMap((part) => (typeof part === 'object' && part !== null ? outermostFunctions(part) : []));
}

function isNode(value: object): value is SyntaxNode {
  return 'type' in value && typeof value.type === 'string' && 'start' in value && 'end' in value;
}
