import type { Answer, Call } from './call.ts';
import type { ResourceStore, StoredObject } from './resource-store.ts';
import {
  type FieldRequirement,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  type Requirement,
} from './selectors.ts';
import { asTable, type TableColumns, wantsTable } from './table.ts';
import { startWatch } from './watch.ts';

/** A kind of objects as the API shows it. */
export interface Collection<T extends StoredObject> {
  kind: string;
  store: ResourceStore<T>;
  /** Dotted paths that a field selector may name. */
  selectableFields: readonly string[];
  columns: TableColumns<T>;
}

/** listOrWatch answers GET on a collection, of one namespace when given. */
export function listOrWatch<T extends StoredObject>(
  call: Call,
  collection: Collection<T>,
  namespace?: string,
): Answer {
  const { store, kind, columns } = collection;
  const isSelected = readSelection(call, collection.selectableFields, namespace);
  if (['true', '1'].includes(call.query.get('watch') ?? '')) {
    const show = (object: T): unknown =>
      wantsTable(call) ? asTable(columns, [object], {}) : typed(kind, object);
    startWatch(call, { kind, store, isSelected, show });
    return 'streamed';
  }
  const items = store.list(namespace).filter(isSelected);
  const metadata = { resourceVersion: String(store.version) };
  if (wantsTable(call)) return { code: 200, document: asTable(columns, items, metadata) };
  return { code: 200, document: { kind: `${kind}List`, apiVersion: 'v1', metadata, items } };
}

/** showOne answers GET on one object. */
export function showOne<T extends StoredObject>(call: Call, collection: Collection<T>, object: T): Answer {
  const document = wantsTable(call)
    ? asTable(collection.columns, [object], { resourceVersion: object.metadata.resourceVersion })
    : typed(collection.kind, object);
  return { code: 200, document };
}

/** typed adds the kind to an object, as it stands alone in an answer. */
export function typed<T extends StoredObject>(
  kind: string,
  object: T,
): T & { kind: string; apiVersion: 'v1' } {
  return { kind, apiVersion: 'v1', ...object };
}

function readSelection(
  call: Call,
  selectableFields: readonly string[],
  namespace: string | undefined,
): (object: StoredObject) => boolean {
  const labels: Requirement[] = parseLabelSelector(call.query.get('labelSelector') ?? '');
  const fields: FieldRequirement[] = parseFieldSelector(
    call.query.get('fieldSelector') ?? '',
    selectableFields,
  );
  return object =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    matchesLabels(labels, object.metadata.labels) &&
    matchesFields(fields, object);
}
