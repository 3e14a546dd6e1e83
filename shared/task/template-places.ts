import type { Problem } from '../errors.ts';
import { hasTemplate, parseTemplate } from '../template/template.ts';
import { TemplateError } from '../template/template-error.ts';
import { pathPart } from './json.ts';
import { isRecord } from './raw.ts';

/** Where the templates of a task that was not rendered stand. */
export interface TemplatePlaces {
  /** The templates that do not parse. */
  problems: Problem[];
  /** Tells whether a parameter holds a template anywhere. */
  isIn(parameter: string): boolean;
  /** Tells whether what is said of a place may be otherwise once the templates are rendered. */
  mayChange(path: string): boolean;
}

/** findTemplates looks at every text in a task; `path` of a place is dotted, as in problems. */
export function findTemplates(task: Record<string, unknown>): TemplatePlaces {
  const problems: Problem[] = [];
  /** Every place, and whether there is a template at it or below. */
  const places = new Map<string, boolean>();

  const visit = (value: unknown, path: string): boolean => {
    let found = false;
    if (typeof value === 'string') {
      found = hasTemplate(value);
      const message = found ? syntaxProblem(value) : undefined;
      if (message !== undefined) problems.push({ path, message });
    } else if (Array.isArray(value) || isRecord(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (visit(item, path === '' ? pathPart(key) : `${path}.${pathPart(key)}`)) found = true;
      }
    }
    // Two long keys may be shown alike.
    places.set(path, found || (places.get(path) ?? false));
    return found;
  };
  visit(task, '');

  return {
    problems,
    isIn: parameter => places.get(pathPart(parameter)) ?? false,
    mayChange: path => {
      if (!path.includes('.') && !places.has(path)) return false;
      // What is missing in an object may depend on what stands beside it.
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
