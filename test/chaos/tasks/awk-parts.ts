/** Letters that need no care in JSON, in a shell or in awk. */
const base =
  'abcdefghijklmnopqrstuvwxyz 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ .,;:-_+*/=()[]|~^&!?@ the end  of it;';

/** At least 1,000 letters that every output is cut from. */
export const letters = base.repeat(2 ** Math.ceil(Math.log2(1_000 / base.length)));

/** Of the generator of Park and Miller: every product is below 2^53, so that awk's numbers hold it. */
const multiplier = 16_807;
const modulus = 2_147_483_647;

/** firstState is where the numbers of a seed, a try and a part of its output begin. */
export function firstState(seed: number, tryNumber: number, part: number): number {
  let state = (seed + tryNumber * 7_919 + part * 104_729) % modulus || 1;
  // The first numbers of neighbours are neighbours.
  for (let skipped = 0; skipped < 3; skipped++) state = nextState(state);
  return state;
}

/** nextState gives the number that follows. */
export function nextState(state: number): number {
  return (state * multiplier) % modulus;
}

/** The same in awk, of S, T and B: r() gives the next number, A has the letters. Holds nothing that a template begins with. */
export const shared = `function r() {
  X = (X * ${multiplier}) % ${modulus}
  return X
}
BEGIN {
  X = (S + T * 7919 + B * 104729) % ${modulus}
  if (X == 0) X = 1
  r(); r(); r()
  A = "${base}"
  while (length(A) < 1000) A = A A
}`;
