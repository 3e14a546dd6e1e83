import type { Problem } from '../../../shared/errors.ts';

/** withoutEchoes leaves out what may only be wrong because a template at the same place, above or below could not be rendered. */
export function withoutEchoes(problems: readonly Problem[], failed: readonly Problem[]): Problem[] {
  return problems.filter(({ path }) => !failed.some(template => isRelated(path, template.path)));
}

function isRelated(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
