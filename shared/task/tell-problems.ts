import type { Problem } from '../errors.ts';

/** Problems beyond this number are counted, not told. */
const maxProblems = 100;

/** tellProblems makes a list of problems fit for a person: each once, and no more than a hundred. */
export function tellProblems(problems: readonly Problem[]): Problem[] {
  const unique = [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()];
  const more = unique.length - maxProblems;
  if (more <= 0) return unique;
  return [...unique.slice(0, maxProblems), { path: '', message: `and ${more} more problems` }];
}
