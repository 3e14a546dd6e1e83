import { extname } from 'node:path';
import { LineCounter, parseDocument, type Tags } from 'yaml';
import { TaskpodError } from '../shared/errors.ts';
import { readJsonValue } from '../shared/python-json.ts';
import { PyDict } from '../shared/template/dict.ts';
import { fromJson } from '../shared/template/from-json.ts';
import type { Value } from '../shared/template/value.ts';
import type { Context } from './context.ts';
import { readInput, utf8 } from './read-input.ts';

/** What an extension says about a file; these are Airflow's. */
const formats: Readonly<Record<string, 'json' | 'yaml' | 'env'>> = {
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.env': 'env',
};

/** Extensions of the files that are read, for a person. */
export const fileFormats = 'a .json, .yaml or .env file';

/** YAML's tags for what JSON has not: as plain texts they mean what was written. */
const notJson = /:(?:timestamp|binary|omap|pairs|set)$/;

/** YAML 1.1 as Airflow reads it: without dates and the like, and `y` and `n` are texts. */
function asAirflow(tags: Tags): Tags {
  return tags
    .filter(tag => typeof tag === 'string' || !notJson.test(tag.tag))
    .map(tag =>
      typeof tag === 'object' && tag.tag.endsWith(':bool') && 'test' in tag && tag.test !== undefined
        ? { ...tag, test: new RegExp(tag.test.source.replace(/Y\|y\||N\|n\|/, '')) }
        : tag,
    );
}

/**
 * readConfigFile reads names with their values from a file of Airflow's formats (JSON, YAML, or `.env` with NAME=value lines), or JSON from
 * the standard input. Throws `bad_usage`, which never repeats a piece of the file.
 */
export async function readConfigFile(file: string, context: Context): Promise<Map<string, Value>> {
  const format = file === '-' ? 'json' : formats[extname(file).toLowerCase()];
  const what = file === '-' ? 'the standard input' : file;
  if (format === undefined)
    throw new TaskpodError('bad_usage', `${file}: its name does not say what it is`, {
      action: `Give ${fileFormats}, or JSON on the standard input with -.`,
    });
  const text = utf8(await readInput(file, fileFormats, context), what).replace(/^\ufeff/, '');
  const read = { json: readJson, yaml: readYaml, env: readEnv }[format];
  const result = read(text);
  if (typeof result !== 'string') return result;
  throw new TaskpodError('bad_usage', `${what} ${result}`, {
    action: 'Nothing was imported. Mend the file.',
  });
}

function readJson(text: string): Map<string, Value> | string {
  const value = readJsonValue(text);
  return value === undefined ? 'is not JSON' : entries(value);
}

function readYaml(text: string): Map<string, Value> | string {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    customTags: asAirflow,
    intAsBigInt: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined)
    return `is not YAML: line ${lines.linePos(error.pos[0]).line}, ${error.code.toLowerCase().replaceAll('_', ' ')}`;
  try {
    return entries(fromJson(document.toJS()));
  } catch {
    return 'is not a YAML object of plain values';
  }
}

function readEnv(text: string): Map<string, Value> | string {
  const found = new Map<string, Value>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || /^\s*#/.test(line)) continue;
    const equals = line.indexOf('=');
    const [name, value] = [line.slice(0, equals), line.slice(equals + 1)];
    if (equals < 1 || value === '') return `is not of NAME=value lines: see line ${index + 1}`;
    if (found.has(name)) return `has ${JSON.stringify(name)} twice: see line ${index + 1}`;
    found.set(name, value);
  }
  return found;
}

function entries(value: Value): Map<string, Value> | string {
  if (!(value instanceof PyDict)) return 'does not hold an object';
  return new Map([...value.entries()].map(([name, item]) => [String(name), item]));
}
