import { stringify } from 'yaml';
import type { Connection } from '../connection.ts';
import { pythonJson } from '../python-json.ts';
import { connectionUri } from './uri-text.ts';

/** A connection with its id. */
export interface NamedConnection {
  id: string;
  connection: Connection;
}

/** The formats of `airflow connections export`. */
export const exportFormats = ['json', 'yaml', 'env'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * connectionsFile writes connections, with their passwords, as `airflow connections export` does. `serialization` says how a line
 * of an `.env` file holds one: as URI, which has no place for the description, or as JSON.
 */
export function connectionsFile(
  connections: readonly NamedConnection[],
  format: ExportFormat,
  serialization: 'uri' | 'json',
): string {
  const objects = connections.map(({ id, connection }) => [id, exported(connection)] as const);
  if (format === 'env') {
    const lines = connections.map(({ id, connection }) => {
      const text = serialization === 'uri' ? connectionUri(connection) : pythonJson(exported(connection));
      return `${id}=${text}\n`;
    });
    return lines.join('');
  }
  const all = Object.fromEntries(objects);
  if (format === 'json') return `${pythonJson(all, { indent: '  ' })}\n`;
  return stringify(all, {
    version: '1.1',
    sortMapEntries: true,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });
}

/** Airflow's object form, with `extra` as the text of its JSON. */
function exported({ extra, ...connection }: Connection) {
  const { conn_type, description, login, password, host, port, schema } = connection;
  const text = Object.keys(extra).length === 0 ? null : pythonJson(extra);
  return { conn_type, description, login, password, host, port, schema, extra: text };
}
