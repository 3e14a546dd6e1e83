import { Budget, defaultLimits } from './template/budget.ts';
import { fromJson } from './template/from-json.ts';
import { type JsonStyle, jsonText } from './template/json-text.ts';
import { parseJson } from './template/parse-json.ts';
import { Fault } from './template/template-error.ts';
import type { Value } from './template/value.ts';

/** pythonJson writes JSON data as Python's json.dumps does, by default on one line with blanks after `,` and `:`. */
export function pythonJson(data: unknown, style: JsonStyle = {}): string {
  return valueJson(fromJson(data), style);
}

/** readJsonValue reads JSON as Python does: 1.0 is a float, and a whole number has all its digits. Undefined when it is not JSON. */
export function readJsonValue(text: string): Value | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** valueJson writes a value as Python's json.dumps does. */
export function valueJson(value: Value, style: JsonStyle = {}): string {
  const limit = Number.POSITIVE_INFINITY;
  const limits = { ...defaultLimits, steps: limit, textLength: limit, totalText: limit, depth: limit };
  return jsonText(value, style, new Budget(limits, () => 0));
}

/** rewriteJson writes a JSON text anew, in this style; undefined when it is not JSON. */
export function rewriteJson(text: string, style: JsonStyle = {}): string | undefined {
  const value = readJsonValue(text);
  return value === undefined ? undefined : valueJson(value, style);
}
