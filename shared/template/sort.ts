import type { Budget } from './budget.ts';
import { isLess } from './compare.ts';
import type { Value } from './value.ts';

/** sorted sorts as Python does: stable, by `<` alone, equal elements in their order even in reverse. Throws a Fault. */
export function sorted(
  items: readonly Value[],
  keyOf: (item: Value, index: number) => Value,
  isReversed: boolean,
  budget: Budget,
): Value[] {
  const keyed = items.map((item, index) => ({ item, key: keyOf(item, index) }));
  keyed.sort((a, b) => {
    budget.spend(2);
    const [x, y] = isReversed ? [b, a] : [a, b];
    if (isLess(x.key, y.key, budget)) return -1;
    return isLess(y.key, x.key, budget) ? 1 : 0;
  });
  return keyed.map(({ item }) => item);
}
