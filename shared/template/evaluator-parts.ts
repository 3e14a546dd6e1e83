import type { Budget } from './budget.ts';
import type { TemplateContext } from './context.ts';
import type { Filter } from './filter.ts';
import type { Lookup, LookupAnswer } from './lookup.ts';
import type { Test } from './tests.ts';

/** What an evaluator works with. */
export interface EvaluatorParts {
  budget: Budget;
  context: TemplateContext;
  filters: ReadonlyMap<string, Filter>;
  tests: ReadonlyMap<string, Test>;
  lookup: (wanted: Lookup) => LookupAnswer;
  nowMs: number;
}
