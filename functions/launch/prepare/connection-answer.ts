import type { Connection } from '../../../shared/connection.ts';
import { pythonJson } from '../../../shared/python-json.ts';

/** connectionAnswer gives a connection as templates see it: `extra` is JSON text, as in Airflow, or nothing. */
export function connectionAnswer(connection: Connection): Record<string, unknown> {
  const { extra } = connection;
  return { ...connection, extra: Object.keys(extra).length === 0 ? null : pythonJson(extra) };
}
