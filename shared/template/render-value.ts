import type { Problem } from '../errors.ts';
import { pathPart } from '../task/json.ts';
import { Budget, defaultLimits } from './budget.ts';
import { collectLookups } from './collect-lookups.ts';
import type { TemplateContext } from './context.ts';
import { type Lookup, type LookupAnswer, LookupNeeded, lookupKey } from './lookup.ts';
import { hasTemplate, parseTemplate, type RenderOptions, renderTemplate, type Template } from './template.ts';
import { TemplateError } from './template-error.ts';

/** What is wrong with the template of one field; the message says at which line and column. */
export interface TemplateProblem extends Problem {
  line: number;
  column: number;
}

/** Data whose texts were rendered. */
export interface RenderedValue {
  /** The same data with rendered texts; a text that could not be rendered is as it was. */
  value: unknown;
  problems: readonly TemplateProblem[];
}

/** Answers many lookups at once, in their order. */
export type FetchLookups = (wanted: readonly Lookup[]) => Promise<readonly LookupAnswer[]>;

/** Rounds of fetching: the first for all that the texts name, the others for names that are computed from what was fetched. */
const maxRounds = 5;

/** Steps of all texts together, after which each has few: a task with many costly texts must not cost seconds. */
const sharedSteps = 200_000;
const leastSteps = 1_000;

/** Deepest data that is walked through. */
const maxDepth = 64;

/** A text that is a template, or why it is none. */
interface Field {
  path: string;
  text: string;
  parsed: Template | TemplateError;
}

/**
 * renderValue renders every text in JSON data, never a key; a text without `{{`, `{%` or `{#` stays as it is. What templates read
 * from outside is fetched in one batch, and once more for each level of computed names. Gives all problems at once.
 */
export async function renderValue(
  value: unknown,
  context: TemplateContext,
  fetch: FetchLookups,
  options: Pick<RenderOptions, 'clock' | 'limits'>,
): Promise<RenderedValue> {
  const fields = fieldsOf(value);
  const answers = new Map<string, LookupAnswer>();
  let wanted = unique(
    fields.flatMap(({ parsed }) => (parsed instanceof TemplateError ? [] : collectLookups(parsed).lookups)),
  );
  for (let round = 1; ; round++) {
    if (wanted.length > 0) {
      const fetched = await fetch(wanted);
      for (const [index, lookup] of wanted.entries()) {
        answers.set(lookupKey(lookup), fetched[index] ?? { value: undefined });
      }
    }
    const outcomes = renderFields(fields, context, answers, options);
    wanted = unique(
      outcomes.filter(outcome => outcome instanceof LookupNeeded).flatMap(needed => needed.wanted),
    );
    if (wanted.length === 0 || round === maxRounds) return finish(value, fields, outcomes);
  }
}

type Outcome = string | TemplateError | LookupNeeded;

function unique(lookups: readonly Lookup[]): Lookup[] {
  return [...new Map(lookups.map(lookup => [lookupKey(lookup), lookup])).values()];
}

function renderFields(
  fields: readonly Field[],
  context: TemplateContext,
  answers: ReadonlyMap<string, LookupAnswer>,
  options: Pick<RenderOptions, 'clock' | 'limits'>,
): readonly Outcome[] {
  const limits = { ...defaultLimits, ...options.limits };
  const endsAtMs = options.clock.monotonicMs() + limits.timeMs;
  let left = sharedSteps;
  return fields.map(({ parsed }) => {
    const timeMs = endsAtMs - options.clock.monotonicMs();
    if (timeMs < 0 && !(parsed instanceof TemplateError)) return outOfTime(limits.timeMs);
    const steps = Math.min(limits.steps, Math.max(leastSteps, left));
    const budget = new Budget({ ...limits, timeMs, steps }, () => options.clock.monotonicMs());
    const lookup = (wanted: Lookup): LookupAnswer | undefined => answers.get(lookupKey(wanted));
    const outcome = outcomeOf(parsed, context, { ...options, budget, lookup });
    left -= budget.steps;
    return outcome;
  });
}

/** Texts of few steps do not look at the time; many of them together may cost as well. */
function outOfTime(timeMs: number): TemplateError {
  const reason = `the templates of the task take longer than ${timeMs} ms together: simplify them`;
  return new TemplateError('limit', reason, 1, 1);
}

function outcomeOf(
  parsed: Template | TemplateError,
  context: TemplateContext,
  options: RenderOptions,
): Outcome {
  if (parsed instanceof TemplateError) return parsed;
  try {
    return renderTemplate(parsed, context, options);
  } catch (error) {
    if (error instanceof TemplateError || error instanceof LookupNeeded) return error;
    throw error;
  }
}

function finish(value: unknown, fields: readonly Field[], outcomes: readonly Outcome[]): RenderedValue {
  const problems = fields.flatMap(({ path }, index) => {
    const outcome = outcomes[index];
    if (outcome instanceof TemplateError) {
      return [{ path, message: outcome.message, line: outcome.line, column: outcome.column }];
    }
    const message = 'reads names that depend on each other too deeply: name them in the template';
    return outcome instanceof LookupNeeded ? [{ path, message, line: 1, column: 1 }] : [];
  });
  // Texts come in the same order again; two different ones may have the same path.
  let index = 0;
  const rendered = map(value, text => {
    const outcome = hasTemplate(text) ? outcomes[index++] : text;
    return typeof outcome === 'string' ? outcome : text;
  });
  return { value: rendered, problems };
}

function fieldsOf(value: unknown): Field[] {
  const fields: Field[] = [];
  map(value, (text, path) => {
    if (hasTemplate(text)) fields.push({ path, text, parsed: parsedOrError(text) });
    return text;
  });
  return fields;
}

function parsedOrError(text: string): Template | TemplateError {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/** Copies JSON data with its texts changed. The path is dotted, '' for the data itself. */
function map(value: unknown, change: (text: string, path: string) => string, path = '', depth = 0): unknown {
  if (typeof value === 'string') return change(value, path);
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value;
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value))
    return value.map((item, index) => map(item, change, below(String(index)), depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, map(item, change, below(pathPart(key)), depth + 1)]),
  );
}
