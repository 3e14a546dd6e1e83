import type { Connection } from '../connection.ts';
import { pythonJson } from '../python-json.ts';
import { extraKey, readConnectionUri } from './uri.ts';

/**
 * connectionUri writes a connection in Airflow's URI form, character by character as Airflow's `get_uri` does, with one
 * exception: an `extra` whose texts would be read back as something else (`"5"` as 5) is written whole, as JSON. The
 * description has no place in it. The text holds the password.
 */
export function connectionUri(connection: Connection): string {
  const { conn_type, schema, extra } = connection;
  const place = `${typePart(conn_type)}${hostPart(connection)}`;
  const path = schema ? `${place}/${quote(schema)}` : place;
  if (Object.keys(extra).length === 0) return path;
  return `${path}${schema ? '?' : '/?'}${query(extra)}`;
}

function typePart(type: string): string {
  return type === '' ? '//' : `${type.toLowerCase().replaceAll('_', '-')}://`;
}

function hostPart({ conn_type, host, login, password, port }: Connection): string {
  const [, protocol, rest] = /^(.*?):\/\/(.*)$/s.exec(host ?? '') ?? [];
  // A protocol that is the type's own name is not written twice.
  const isApart = protocol !== undefined && protocol !== conn_type;
  const user = `${quote(login ?? '')}${password ? `:${quote(password)}` : ''}`;
  const address = user === '' ? '' : `${user}@`;
  const name = quote((isApart ? rest : host) ?? '');
  const colon = name === '' && address === '' ? '@:' : ':';
  return `${isApart ? `${protocol}://` : ''}${address}${name}${port ? `${colon}${port}` : ''}`;
}

function query(extra: Connection['extra']): string {
  const pairs = Object.entries(extra).map(([key, value]) =>
    typeof value === 'string' ? `${quotePlus(key)}=${quotePlus(value)}` : undefined,
  );
  const text = pairs.join('&');
  return pairs.includes(undefined) || !comesBack(text, extra)
    ? `${extraKey}=${quotePlus(pythonJson(extra))}`
    : text;
}

function comesBack(text: string, extra: Connection['extra']): boolean {
  const reading = readConnectionUri(`//?${text}`);
  if (!reading.ok) return false;
  const back = Object.entries(reading.connection.extra);
  return (
    back.length === Object.keys(extra).length && back.every(([key, value]) => Object.is(extra[key], value))
  );
}

/** Python's quote with nothing safe: all but letters, digits, `_`, `.`, `-` and `~`. */
function quote(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function quotePlus(text: string): string {
  return quote(text).replaceAll('%20', '+');
}
