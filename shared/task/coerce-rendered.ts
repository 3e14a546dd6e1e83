import type { z } from 'zod';
import { hasTemplate } from '../template/template.ts';
import { maxTaskDepth, pathPart } from './json.ts';
import { isRecord } from './raw.ts';
import { readLiteral } from './read-literal.ts';
import { taskSchema } from './task.ts';

const shape: Readonly<Record<string, z.ZodType>> = taskSchema.shape;

/** Parameters that take a text too: of a template's text, a list or true is one. */
const choices: ReadonlySet<string> = new Set(['container_logs', 'init_container_logs']);

/**
 * coerceRendered gives parameters that were templates the type that they must have, after rendering has made texts of them: where
 * another type is wanted, a text that was a template is read as a number, true, false, a list or an object if it is one; a whole
 * parameter that has become empty or `None` is absent. The model is Airflow's native rendering. What was no template stays as it is.
 */
export function coerceRendered(published: unknown, rendered: unknown): unknown {
  if (!isRecord(published) || !isRecord(rendered)) return rendered;
  return Object.fromEntries(
    Object.entries(rendered).flatMap(([name, after]) => {
      const before = published[name];
      const type = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (type === undefined) return [[name, after]];
      if (wasTemplate(before, after) && /^\s*(None)?\s*$/.test(after)) return [];
      const wrong = wrongPlaces(type, after);
      if (choices.has(name)) wrong.add('');
      return [[name, wrong.size === 0 ? after : read(before, after, wrong)]];
    }),
  );
}

function wasTemplate(before: unknown, after: unknown): after is string {
  return typeof before === 'string' && typeof after === 'string' && hasTemplate(before);
}

function wrongPlaces(type: z.ZodType, value: unknown): Set<string> {
  const issues = type.safeParse(value).error?.issues ?? [];
  return new Set(issues.map(({ path }) => path.map(part => pathPart(String(part))).join('.')));
}

/** Copies the value with the texts of templates at wrong places read. */
function read(before: unknown, after: unknown, wrong: ReadonlySet<string>, path = '', depth = 0): unknown {
  if (depth > maxTaskDepth) return after;
  if (wasTemplate(before, after)) {
    const value = wrong.has(path) ? readLiteral(after) : undefined;
    return value === undefined || value === null || typeof value === 'string' ? after : value;
  }
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(after) && Array.isArray(before)) {
    return after.map((item: unknown, index) =>
      read(before[index], item, wrong, below(String(index)), depth + 1),
    );
  }
  if (isRecord(after) && isRecord(before)) {
    return Object.fromEntries(
      Object.entries(after).map(([key, item]) => [
        key,
        read(before[key], item, wrong, below(pathPart(key)), depth + 1),
      ]),
    );
  }
  return after;
}
