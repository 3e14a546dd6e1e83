import { maxConfigBytes } from './config-names.ts';
import { readJsonValue, rewriteJson, valueJson } from './python-json.ts';
import { PyDict } from './template/dict.ts';
import type { Value } from './template/value.ts';

/** Custom metadata key of a variable's description. */
export const descriptionKey = 'description';

/** Longest description, in bytes of UTF-8: Cloud Storage takes 8 KiB of metadata in all. */
const maxDescriptionBytes = 4_096;

/** A variable to be set. */
export interface VariableText {
  /** The text as it is stored. */
  value: string;
  /** Undefined: the one it has stays. Empty: none. */
  description?: string | undefined;
}

/** variableProblem says what is wrong with a variable's text or description, as the end of a sentence; undefined when nothing is. */
export function variableProblem({ value, description = '' }: VariableText): string | undefined {
  const bytes = Buffer.byteLength(value);
  if (bytes > maxConfigBytes) return `has ${bytes} bytes; at most ${maxConfigBytes} are taken`;
  if (!value.isWellFormed() || !description.isWellFormed()) return 'is not Unicode text';
  const length = Buffer.byteLength(description);
  if (length > maxDescriptionBytes)
    return `has a description of ${length} bytes; at most ${maxDescriptionBytes} are taken`;
  return undefined;
}

/**
 * readVariableEntry reads one value of a file as `airflow variables export` writes it: a text is stored as it is, other data as JSON with an
 * indent of two, `{"value": ..., "description": ...}` is a value with its description. Returns what is wrong with it instead.
 */
export function readVariableEntry(entry: Value): VariableText | string {
  if (!(entry instanceof PyDict) || !entry.has('value')) return { value: storedText(entry) };
  const description = entry.get('description') ?? null;
  if (description !== null && typeof description !== 'string') return 'has a description that is not a text';
  return { value: storedText(entry.get('value') ?? null), description: description ?? undefined };
}

/** variableFile writes variables as `airflow variables export` does; a number stays a text where writing it as a number would change it. */
export function variableFile(
  variables: readonly { key: string; value: string; description: string }[],
): string {
  const entries = variables.map(({ key, value, description }) => {
    const data = isData(value) ? value : JSON.stringify(value);
    const isApart = description !== '' || hasValueKey(data);
    const note = description === '' ? 'null' : JSON.stringify(description);
    return `${JSON.stringify(key)}:${isApart ? `{"value":${data},"description":${note}}` : data}`;
  });
  return rewriteJson(`{${entries.join(',')}}`, { indent: '    ', sortKeys: true }) ?? '';
}

function storedText(value: Value): string {
  return typeof value === 'string' ? value : valueJson(value, { indent: '  ' });
}

/** True for an object and a list, and for a number, true, false and null that come back as they are. */
function isData(text: string): boolean {
  const written = rewriteJson(text);
  if (written === undefined || text.trimStart().startsWith('"')) return false;
  // Two levels go around it, and nesting has a limit.
  return /^\s*[[{]/.test(text) ? rewriteJson(`[[${text}]]`) !== undefined : written === text;
}

function hasValueKey(json: string): boolean {
  const value = readJsonValue(json);
  return value instanceof PyDict && value.has('value');
}
