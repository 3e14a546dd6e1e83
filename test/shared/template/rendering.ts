import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateContext } from '../../../shared/template/context.ts';
import { fromJson } from '../../../shared/template/from-json.ts';
import { parseTemplate, type RenderOptions, renderTemplate } from '../../../shared/template/template.ts';
import { TemplateError } from '../../../shared/template/template-error.ts';

/** A template with the text that Jinja makes of it, or with the name of its error. */
export type Golden = [template: string, text: string] | [template: string, text: null, error: string];

/** What became of a template: its text, or the kind of its error. */
export interface Outcome {
  text: string | null;
  error: string;
}

/** A clock that stands still, on 2024-06-01. */
export const stillClock = { now: () => Date.UTC(2024, 5, 1), monotonicMs: () => 0 };

/** readGolden reads a file of golden results. */
export function readGolden(name: string): Golden[] {
  const text = readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

/** contextOf makes a context of JSON data. */
export function contextOf(data: Record<string, unknown>): TemplateContext {
  return { values: new Map(Object.entries(data).map(([name, value]) => [name, () => fromJson(value)])) };
}

/** render renders a template with JSON data. */
export function render(template: string, data: Record<string, unknown> = {}): string {
  return renderTemplate(parseTemplate(template), contextOf(data), { clock: stillClock });
}

/** errorOf is the error of a template, as kind, line, column and reason. */
export function errorOf(
  template: string,
  data: Record<string, unknown> = {},
  options: Partial<RenderOptions> = {},
): Pick<TemplateError, 'kind' | 'line' | 'column' | 'reason'> {
  try {
    renderTemplate(parseTemplate(template), contextOf(data), { clock: stillClock, ...options });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { kind, line, column, reason } = error;
    return { kind, line, column, reason };
  }
  throw new Error(`${template} has no error`);
}

/** outcomeOf renders a template and never throws a TemplateError. */
export function outcomeOf(template: string, context: TemplateContext): Outcome {
  try {
    return { text: renderTemplate(parseTemplate(template), context, { clock: stillClock }), error: '' };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { text: null, error: error.kind };
  }
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['SyntaxError', 'syntax'],
  ['TemplateSyntaxError', 'syntax'],
  ['TemplateAssertionError', 'syntax'],
  ['UndefinedError', 'undefined'],
  ['SecurityError', 'security'],
]);

/** expectedOutcome is what a golden result asks for; limits and refusals of ours stand for any error of Jinja's. */
export function expectedOutcome([, text, error]: Golden, actual: Outcome): Outcome {
  if (error === undefined) return { text, error: '' };
  const isOurs = actual.error === 'limit' || actual.error === 'unsupported';
  return { text: null, error: isOurs ? actual.error : (kinds.get(error) ?? 'runtime') };
}
