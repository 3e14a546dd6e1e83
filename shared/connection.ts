import { z } from 'zod';
import { parseDocument } from './document.ts';

const text = z.string().nullable().default(null);

/**
 * A connection as `config/connections/<id>.json` holds it: Airflow's fields, with `extra` as JSON data. The password is in it, so it
 * is never logged, printed or put into an error.
 */
export const connectionSchema = z.object({
  conn_type: z.string().default(''),
  description: text,
  host: text,
  login: text,
  password: text,
  schema: text,
  port: z.number().int().min(0).max(65_535).nullable().default(null),
  extra: z.record(z.string(), z.unknown()).default({}),
});
export type Connection = z.output<typeof connectionSchema>;

/** parseConnection reads a stored connection; throws `invalid_document`. */
export function parseConnection(json: string, id: string): Connection {
  return parseDocument(connectionSchema, json, `the connection ${id}`);
}
