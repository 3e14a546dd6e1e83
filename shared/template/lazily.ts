import { PyIterator, type Value } from './value.ts';

/** lazily makes something to go through, of which nothing happens, and nothing fails, before the first element is asked for. */
export function lazily(elements: () => Iterator<Value>): PyIterator {
  return new PyIterator(
    (function* () {
      const iterator = elements();
      for (let next = iterator.next(); !next.done; next = iterator.next()) yield next.value;
    })(),
  );
}
