import { didYouMean } from '../task/did-you-mean.ts';
import type { Statement } from './ast.ts';
import { Fault } from './template-error.ts';
import { childrenOf, type Node } from './walk.ts';

/** The filters and tests there are. */
export interface KnownNames {
  filters: ReadonlySet<string>;
  tests: ReadonlySet<string>;
}

/** checkNames throws a syntax Fault for a filter or test that does not exist; within a condition only when it is used, as in Jinja. */
export function checkNames(body: readonly Statement[], known: KnownNames): void {
  for (const statement of body) check(statement, known, false);
}

function check(node: Node, known: KnownNames, isConditional: boolean): void {
  if (!isConditional && (node.type === 'filter' || node.type === 'test')) {
    const names = node.type === 'filter' ? known.filters : known.tests;
    if (!names.has(node.name)) {
      throw new Fault(
        'syntax',
        `there is no ${node.type} ${node.name}${didYouMean(node.name, [...names])}`,
        node.at,
      );
    }
  }
  const opensCondition = node.type === 'if' || node.type === 'condition';
  const opensFrame = ['for', 'macro', 'with', 'filter_block', 'set_block', 'call_block'].includes(node.type);
  for (const child of childrenOf(node)) check(child, known, opensCondition || (isConditional && !opensFrame));
}
