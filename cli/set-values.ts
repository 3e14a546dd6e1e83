import { TaskpodError } from '../shared/errors.ts';

/** One `--set`: where, and what. */
export interface Setting {
  path: string[];
  value: unknown;
}

/**
 * parseSetting takes `key=value` apart. The key is a dotted path (`env_vars.MODE`, `arguments.0`; `\.` is a dot
 * within a key); the value is JSON when it is JSON, else the text itself. Throws `bad_usage`.
 */
export function parseSetting(text: string): Setting {
  const equals = text.indexOf('=');
  const path = splitPath(text.slice(0, equals));
  if (equals < 1 || path.includes(''))
    throw usage(`--set ${text}: not of the form key=value`, 'Write --set key=value or --set a.b=value.');
  if (path.includes('__proto__')) throw usage(`--set ${text}: __proto__ cannot be a key`, 'Use another key.');
  return { path, value: parseValue(text.slice(equals + 1)) };
}

/**
 * applySettings gives the document with the settings in it, in order; the document itself stays as it is. Objects on the way are
 * made; in a list the key is an index, and one past the end appends. Throws `bad_usage` when the path goes through
 * something that has no keys.
 */
export function applySettings(document: unknown, settings: readonly Setting[]): unknown {
  const root = structuredClone(document);
  if (!isObject(root) || Array.isArray(root))
    throw usage('--set: the task is not a JSON object', 'Give a file that holds one JSON object.');
  for (const { path, value } of settings) assign(root, path, value);
  return root;
}

function assign(root: object, path: readonly string[], value: unknown): void {
  let at = root;
  for (const [depth, key] of path.entries()) {
    const way = path.slice(0, depth).join('.');
    if (Array.isArray(at) && !(/^\d{1,6}$/.test(key) && Number(key) <= at.length))
      throw usage(
        `--set ${path.join('.')}: "${way}" is a list of ${at.length}`,
        `Use an index from 0 to ${at.length}.`,
      );
    const last = depth === path.length - 1;
    const present: unknown = Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
    const next = last ? value : (present ?? {});
    if (!last && !isObject(next))
      throw usage(
        `--set ${path.join('.')}: "${path.slice(0, depth + 1).join('.')}" has no keys`,
        'Set it as a whole instead.',
      );
    Object.defineProperty(at, key, { value: next, enumerable: true, configurable: true, writable: true });
    if (!last && isObject(next)) at = next;
  }
}

function splitPath(text: string): string[] {
  return text.split(/(?<!\\)\./).map(key => key.replaceAll('\\.', '.'));
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function usage(message: string, action: string): TaskpodError {
  return new TaskpodError('bad_usage', message, { action });
}
