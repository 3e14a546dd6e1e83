import type { ArgNodes, Expr, Statement } from './ast.ts';

/** Any node of a template. */
export type Node = Expr | Statement;

/** childrenOf gives the nodes directly below one, in the order in which they are written. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'const':
    case 'name':
    case 'data':
      return [];
    case 'tuple':
    case 'list':
      return node.items;
    case 'dict':
      return node.pairs.flat();
    case 'attr':
      return [node.object];
    case 'item':
      return [node.object, node.key];
    case 'slice':
      return present(node.start, node.stop, node.step);
    case 'call':
      return [node.callee, ...argNodes(node.args)];
    case 'filter':
      return [...present(node.input), ...argNodes(node.args)];
    case 'test':
      return [node.input, ...argNodes(node.args)];
    case 'not':
    case 'sign':
      return [node.operand];
    case 'binary':
    case 'and':
    case 'or':
      return [node.left, node.right];
    case 'concat':
      return node.parts;
    case 'compare':
      return [node.first, ...node.rest.map(([, operand]) => operand)];
    case 'condition':
      return [node.test, node.yes, ...present(node.no)];
    case 'print':
    case 'do':
      return [node.expr];
    case 'if':
      return [...node.branches.flatMap(({ test, body }) => [test, ...body]), ...node.otherwise];
    case 'for':
      return [node.iterable, ...present(node.test), ...node.body, ...node.otherwise];
    case 'set':
      return [node.value];
    case 'set_block':
      return [...node.body, ...present(node.filter)];
    case 'macro':
      return [...node.parameters.defaults, ...node.body];
    case 'call_block':
      return [node.call, node.macro];
    case 'filter_block':
      return [...node.body, node.filter];
    case 'with':
      return [...node.pairs.map(([, value]) => value), ...node.body];
  }
}

/** walk visits a node and everything below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

function argNodes(args: ArgNodes): readonly Node[] {
  return [
    ...args.positional,
    ...args.named.map(([, value]) => value),
    ...present(args.star, args.doubleStar),
  ];
}

function present<T>(...nodes: (T | undefined)[]): T[] {
  return nodes.filter(node => node !== undefined);
}
