import { distance } from 'fastest-levenshtein';

/** Names beyond this number are not compared: a hostile task must not cost seconds. */
const maxNames = 100;

/**
 * closestName finds the known name that a misspelt one most likely means: differences of case, `_` and `-` count nothing, and
 * two letters, or a third of them, may differ. Undefined when nothing is near.
 */
export function closestName(word: string, known: readonly string[]): string | undefined {
  const plain = fold(word);
  if (plain === '' || plain.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = farthest(plain.length) + 1;
  for (const name of known.slice(0, maxNames)) {
    const away = distance(plain, fold(name));
    if (away < bestDistance) [best, bestDistance] = [name, away];
  }
  return best;
}

/** didYouMean is the half-sentence for {@link closestName}, with a semicolon before it; empty when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const name = closestName(word, known);
  return name === undefined ? '' : `; did you mean "${name}"?`;
}

function farthest(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}
