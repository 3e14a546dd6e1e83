import { maxConfigBytes } from '../shared/config-names.ts';
import { type Connection, parseConnection } from '../shared/connection.ts';
import { connectionObject, connectionsPrefix } from '../shared/object-names.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { bodyText, readConfig, type Written } from './config-objects.ts';

/** Where connections stand. */
const connectionFolder = { prefix: connectionsPrefix, suffix: '.json' };

/** readConnections reads every connection, in the order of their ids. Throws `invalid_document`. */
export async function readConnections(
  store: ObjectStore,
  signal: AbortSignal,
): Promise<{ id: string; connection: Connection }[]> {
  const found = await readConfig(connectionFolder, store, signal);
  return found.map(({ name, object }) => ({ id: name, connection: parseConnection(bodyText(object), name) }));
}

/** findConnection reads one connection; undefined when there is none. Throws `invalid_document`. */
export async function findConnection(
  id: string,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<Connection | undefined> {
  const object = await store.read(connectionObject(id), signal);
  return object && parseConnection(bodyText(object), id);
}

/** A connection as its object holds it. */
function connectionDocument(connection: Connection): string {
  return `${JSON.stringify(connection, null, 2)}\n`;
}

/** sizeProblem says when a connection is too large, as the end of a sentence. */
export function sizeProblem(connection: Connection): string | undefined {
  const bytes = Buffer.byteLength(connectionDocument(connection));
  return bytes > maxConfigBytes ? `has ${bytes} bytes; at most ${maxConfigBytes} are taken` : undefined;
}

/**
 * writeConnection writes a connection, unless somebody else changes it in the same moment: then the answer is `lost`. One that is there
 * stays (`kept`) unless `overwrite` is set.
 */
export async function writeConnection(
  id: string,
  connection: Connection,
  store: ObjectStore,
  { signal, overwrite }: { signal: AbortSignal; overwrite: boolean },
): Promise<Written> {
  const name = connectionObject(id);
  const before = overwrite ? await store.read(name, signal) : undefined;
  const options = { contentType: 'application/json', signal };
  const document = connectionDocument(connection);
  if (before === undefined) {
    const { created } = await store.create(name, document, options);
    if (created) return 'created';
    return overwrite ? 'lost' : 'kept';
  }
  const written = await store.replace(name, document, before.generation, options);
  return written === undefined ? 'lost' : 'replaced';
}
