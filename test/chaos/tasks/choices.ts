import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of choices that is a function of what it was made of, and of nothing else. */
export interface Choices {
  /** A whole number, both bounds included. */
  between(from: number, to: number): number;
  /** One of several things. */
  oneOf<T>(things: readonly [T, ...T[]]): T;
  /** True so often: 0 to 1. */
  chance(share: number): boolean;
  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[];
}

/** makeChoices gives the choices of a seed; further parts keep the streams of one seed apart. */
export function makeChoices(seed: number, ...parts: (string | number)[]): Choices {
  // A generator that begins at a small number gives small numbers first.
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...parts]))
    .digest();
  const state = [0, 4, 8, 12].map(offset => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  const between = (from: number, to: number): number => uniformInt(generator, from, to);
  return {
    between,
    oneOf: things => things[between(0, things.length - 1)] ?? things[0],
    chance: share => between(0, 999_999) < share * 1_000_000,
    shuffled: things => {
      const left = [...things];
      return things.flatMap(() => left.splice(between(0, left.length - 1), 1));
    },
  };
}
