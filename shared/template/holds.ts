import type { CompareOperator } from './ast.ts';
import type { Budget } from './budget.ts';
import { compare, equals } from './compare.ts';
import { contains } from './protocol.ts';
import type { Value } from './value.ts';

/** holds is Python's answer to `left operator right`. Throws a Fault for values that cannot be compared. */
export function holds(operator: CompareOperator, left: Value, right: Value, budget: Budget): boolean {
  switch (operator) {
    case '==':
      return equals(left, right, budget);
    case '!=':
      return !equals(left, right, budget);
    case 'in':
      return contains(right, left, budget);
    case 'not in':
      return !contains(right, left, budget);
  }
  const order = compare(left, right, budget);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}
