import type { Problem } from '../errors.ts';
import { hasTemplate, parseTemplate } from '../template/template.ts';
import { TemplateError } from '../template/template-error.ts';
import { maxTaskDepth, pathPart } from './json.ts';
import { isRecord } from './raw.ts';
import { renderedParameters } from './task.ts';

/** Where the templates of a task that was not rendered stand. */
export interface TemplatePlaces {
  /** The templates that do not parse. */
  problems: Problem[];
  isAny: boolean;
  /** Tells whether a parameter holds a template anywhere. */
  isIn(parameter: string): boolean;
  /** Tells whether what is said of a place may be otherwise once the templates are rendered. */
  mayChange(path: string): boolean;
}

/** findTemplates looks at every text in a task that is rendered; `path` of a place is dotted, as in problems. */
export function findTemplates(task: Record<string, unknown>): TemplatePlaces {
  const problems: Problem[] = [];
  /** Every place, and whether there is a template at it or below. */
  const places = new Map<string, boolean>();

  const visit = (value: unknown, path: string, depth: number): boolean => {
    let found = false;
    if (typeof value === 'string') {
      found = hasTemplate(value);
      const message = found ? syntaxProblem(value) : undefined;
      if (message !== undefined) problems.push({ path, message });
    } else if (depth <= maxTaskDepth && (Array.isArray(value) || isRecord(value))) {
      for (const [key, item] of Object.entries(value)) {
        if (visit(item, `${path}.${pathPart(key)}`, depth + 1)) found = true;
      }
    }
    // Two long keys may be shown alike.
    places.set(path, found || (places.get(path) ?? false));
    return found;
  };
  for (const [name, value] of Object.entries(task)) {
    if (renderedParameters.includes(name)) visit(value, name, 1);
    else places.set(pathPart(name), false);
  }

  return {
    problems,
    isAny: [...places.values()].includes(true),
    isIn: parameter => places.get(pathPart(parameter)) ?? false,
    mayChange: path => {
      // What is missing in an object may depend on what stands beside it; in the task itself, on nothing.
      let place = path;
      while (place !== '' && !places.has(place)) place = place.slice(0, Math.max(0, place.lastIndexOf('.')));
      return places.get(place) ?? false;
    },
  };
}

function syntaxProblem(text: string): string | undefined {
  try {
    parseTemplate(text);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
