import { z } from 'zod';
import { type Connection, connectionSchema } from '../connection.ts';
import type { Problem } from '../errors.ts';
import { didYouMean } from '../task/did-you-mean.ts';
import { isExtra, readExtra } from './extra.ts';
import { type ConnectionReading, mistake } from './reading.ts';
import { normalType, readConnectionUri } from './uri.ts';

const text = z.string('must be a text').nullable().default(null);

/** The texts of Airflow's object form; its port may be a text, and its `extra` the text of a JSON object. */
const texts = z.object({
  conn_type: z.string('must be a text').nullable().default(''),
  description: text,
  host: text,
  login: text,
  password: text,
  schema: text,
});

/**
 * readConnection reads a connection as Airflow's files and commands have it: an object (`{"conn_type": ..., "extra": ...}`), or a
 * text that is a URI or the JSON of such an object. `conn_id`, when it is there, must be this id. All problems at once, none
 * of which repeats a value.
 */
export function readConnection(value: unknown, id: string): ConnectionReading {
  if (typeof value === 'string')
    return value.trimStart().startsWith('{') ? readJson(value, id) : readConnectionUri(value);
  if (isExtra(value)) return readObject(value, id);
  return mistake('must be an object, or a text with a URI');
}

function readJson(text: string, id: string): ConnectionReading {
  const reading = readExtra(text);
  return reading.ok ? readObject(reading.extra, id) : mistake(reading.message);
}

function readObject(object: Record<string, unknown>, id: string): ConnectionReading {
  const { conn_id, uri, extra_dejson, ...rest } = object;
  const problems = unknownKeys(rest);
  if (conn_id !== undefined && conn_id !== null && conn_id !== id)
    problems.push({ path: 'conn_id', message: 'is another than the key it stands under' });
  if (extra_dejson !== undefined && rest.extra !== undefined)
    problems.push({ path: 'extra_dejson', message: 'is there beside extra: keep one of them' });
  if (uri !== undefined && uri !== null) return readWithUri(uri, rest, problems);
  const result = texts.safeParse(rest);
  problems.push(
    ...(result.error?.issues ?? []).map(({ path, message }) => ({ path: path.join('.'), message })),
  );
  const extra = extraOf(extra_dejson ?? rest.extra);
  const port = portOf(rest.port);
  if (typeof extra === 'string') problems.push({ path: 'extra', message: extra });
  if (port === undefined) problems.push({ path: 'port', message: 'must be a whole number from 0 to 65535' });
  if (!result.success || typeof extra === 'string' || port === undefined || problems.length > 0)
    return { ok: false, problems };
  const { description, host, login, password, schema } = result.data;
  const conn_type = normalType(result.data.conn_type ?? '');
  return { ok: true, connection: { conn_type, description, host, login, password, schema, port, extra } };
}

/** Airflow takes a `description` beside a `uri`, and nothing else. */
function readWithUri(uri: unknown, rest: Record<string, unknown>, problems: Problem[]): ConnectionReading {
  const { description = null, ...others } = rest;
  for (const [key, value] of Object.entries(others))
    if (value !== null && value !== '')
      problems.push({ path: key, message: 'stands beside uri, which says it too: keep one of them' });
  const reading = typeof uri === 'string' ? readConnectionUri(uri) : mistake('must be a text');
  if (!reading.ok) problems.push(...reading.problems.map(({ message }) => ({ path: 'uri', message })));
  if (description !== null && typeof description !== 'string')
    problems.push({ path: 'description', message: 'must be a text' });
  if (!reading.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, connection: { ...reading.connection, description: String(description ?? '') || null } };
}

function unknownKeys(object: Record<string, unknown>): Problem[] {
  const known = Object.keys(connectionSchema.shape);
  return Object.keys(object)
    .filter(key => !known.includes(key))
    .map(key => ({ path: key, message: `is not a part of a connection${didYouMean(key, known)}` }));
}

/** The extra, or what is wrong with it. */
function extraOf(value: unknown): Connection['extra'] | string {
  if (value === undefined || value === null) return {};
  if (isExtra(value)) return value;
  if (typeof value !== 'string') return 'is not a JSON object';
  const reading = readExtra(value);
  return reading.ok ? reading.extra : reading.message;
}

/** Undefined when it is no port. */
function portOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  const port = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}
