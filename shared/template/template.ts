import type { Clock } from '../time.ts';
import { airflowFilters } from './airflow-filters.ts';
import type { Statement } from './ast.ts';
import { BodyRunner } from './body-runner.ts';
import { Budget, defaultLimits, type TemplateLimits } from './budget.ts';
import { builtinFilters } from './builtin-filters.ts';
import { checkNames } from './check-names.ts';
import { ContextScope, type TemplateContext } from './context.ts';
import { Evaluator } from './evaluator.ts';
import type { Filter } from './filter.ts';
import { builtinGlobals } from './globals.ts';
import { normaliseNewlines, tokenize } from './lexer.ts';
import { type Lookup, type LookupAnswer, LookupNeeded } from './lookup.ts';
import { BodyParser } from './parse-template.ts';
import { Scope } from './scope.ts';
import { Fault, placeFault, runtimeFault } from './template-error.ts';
import { builtinTests } from './tests.ts';
import { TokenStream } from './token-stream.ts';

/** A template that parses. */
export interface Template {
  /** Its text, with \n as line end and without the last one. */
  readonly source: string;
  readonly body: readonly Statement[];
}

/** How a template is rendered. */
export interface RenderOptions {
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  limits?: Partial<TemplateLimits>;
  /** Counts the cost where it is shared; default: one of its own, with `limits`. */
  budget?: Budget;
  /** What is known of variables, connections and XComs; undefined for what was not asked yet. */
  lookup?: (wanted: Lookup) => LookupAnswer | undefined;
}

/** Longest template; no task is longer. */
const maxSource = 262_144;

const filters: ReadonlyMap<string, Filter> = new Map([...builtinFilters, ...airflowFilters]);
const known = { filters: new Set(filters.keys()), tests: new Set(builtinTests.keys()) };

/** hasTemplate tells whether a text holds anything that Jinja would replace. */
export function hasTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/** parseTemplate reads a template. Throws TemplateError with line and column. */
export function parseTemplate(text: string): Template {
  const source = normaliseNewlines(text);
  try {
    if (source.length > maxSource) throw new Fault('limit', `has more than ${maxSource} characters`);
    const body = new BodyParser(new TokenStream(tokenize(source))).parseAll();
    checkNames(body, known);
    return { source, body };
  } catch (error) {
    throw placeFault(error, source, 0);
  }
}

/**
 * renderTemplate renders a template with the names of a context, as Jinja does with StrictUndefined. Calls nothing outside. Throws
 * TemplateError; LookupNeeded when it reads something that `lookup` does not know yet.
 */
export function renderTemplate(template: Template, context: TemplateContext, options: RenderOptions): string {
  const { clock } = options;
  const budget =
    options.budget ?? new Budget({ ...defaultLimits, ...options.limits }, () => clock.monotonicMs());
  const evaluator = new Evaluator({
    budget,
    context,
    filters,
    tests: builtinTests,
    nowMs: clock.now(),
    lookup: wanted => {
      const answer = options.lookup?.(wanted);
      if (answer === undefined) throw new LookupNeeded([wanted]);
      if (answer.problem !== undefined) throw runtimeFault(answer.problem);
      return answer;
    },
  });
  try {
    const text = new BodyRunner(evaluator).render(
      template.body,
      new Scope(new ContextScope(context, builtinGlobals, budget)),
    );
    budget.output(Buffer.byteLength(text));
    if (evaluator.needed.length === 0) return text;
  } catch (error) {
    // What goes wrong without an answer may go right with it.
    const placed = placeFault(error, template.source, evaluator.at);
    if (evaluator.needed.length === 0) throw placed;
  }
  throw new LookupNeeded(evaluator.needed);
}
