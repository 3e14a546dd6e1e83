import type { Call } from './call.ts';
import type { ResourceStore, StoreChange, StoredObject } from './resource-store.ts';
import { ApiRefusal, expired, tooLarge } from './status.ts';

/** What a watch shows. */
export interface WatchView<T extends StoredObject> {
  kind: string;
  store: ResourceStore<T>;
  isSelected: (object: T) => boolean;
  /** The document of one object in an event. */
  show: (object: T) => unknown;
}

/** A bookmark comes this often, as from a real API server. */
const bookmarkMs = 60_000;
/** A watcher that leaves this much unread is cut off, and lists again. */
const unreadLimitBytes = 32 * 1_024 * 1_024;
const defaultTimeoutSeconds = 1_800;

/**
 * startWatch streams changes until the time asked for is over or the caller goes: from a resourceVersion, or, without
 * one, from all objects that exist. A version that is too old is an ERROR event with code 410.
 */
export function startWatch<T extends StoredObject>(call: Call, view: WatchView<T>): void {
  const { store, kind, isSelected, show } = view;
  const { response, query } = call;
  const from = readVersion(query.get('resourceVersion'));
  const timeoutSeconds = Number(query.get('timeoutSeconds')) || defaultTimeoutSeconds;
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  if (from !== undefined && from > store.version) throw tooLarge(from, store.version);

  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const write = (type: string, object: unknown): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > unreadLimitBytes) response.destroy();
  };
  const bookmark = (annotations?: Record<string, string>): void => {
    const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
    write('BOOKMARK', {
      kind,
      apiVersion: 'v1',
      metadata: { ...metadata, ...(annotations && { annotations }) },
    });
  };
  const pass = (change: StoreChange<T>): void => {
    const type = visibleType(change, isSelected);
    if (type !== undefined) write(type, show(change.object));
  };

  if (from !== undefined && from < store.oldestVersion) {
    write('ERROR', expired(from, store.oldestVersion).status);
    response.end();
    return;
  }
  if (from === undefined) {
    for (const object of store.list().filter(isSelected)) write('ADDED', show(object));
    if (query.get('sendInitialEvents') === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    store.changesAfter(from).forEach(pass);
  }
  const unsubscribe = store.subscribe(pass);
  const ticking = setInterval(() => wantsBookmarks && bookmark(), bookmarkMs);
  const ending = setTimeout(() => {
    if (wantsBookmarks) bookmark();
    response.end();
  }, timeoutSeconds * 1_000);
  const stop = (): void => {
    unsubscribe();
    clearInterval(ticking);
    clearTimeout(ending);
    response.end();
  };
  if (call.closed.aborted) stop();
  else call.closed.addEventListener('abort', stop, { once: true });
}

/** visibleType is what a change means to a watcher with a selector: an object may enter or leave what it sees. */
export function visibleType<T>(
  change: StoreChange<T>,
  isVisible: (object: T) => boolean,
): StoreChange<T>['type'] | undefined {
  const before = change.before !== undefined && isVisible(change.before);
  const now = change.type !== 'DELETED' && isVisible(change.object);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}

function readVersion(text: string | null): number | undefined {
  if (text === null || text === '' || text === '0') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing "${text}": invalid syntax`;
  throw new ApiRefusal(500, 'InternalError', `resourceVersion: Invalid value: "${text}": ${why}`);
}
