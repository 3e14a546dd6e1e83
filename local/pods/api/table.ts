import type { Call } from './call.ts';
import type { StoredObject } from './resource-store.ts';

/** How kubectl's tables show a kind: the columns, and an object's cells in the same order. */
export interface TableColumns<T extends StoredObject> {
  columns: { name: string; type: 'string' | 'integer'; format?: 'name'; priority?: number }[];
  cells: (object: T) => (string | number)[];
}

/** wantsTable tells whether the caller prefers a Table, as `kubectl get` does without -o. */
export function wantsTable(call: Call): boolean {
  return call.accept.includes('as=Table') && call.accept.includes('v=v1');
}

/** asTable shows objects as a meta.k8s.io/v1 Table. */
export function asTable<T extends StoredObject>(
  table: TableColumns<T>,
  objects: readonly T[],
  metadata: { resourceVersion?: string },
): unknown {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: table.columns.map(column => ({
      format: '',
      description: '',
      priority: 0,
      ...column,
    })),
    rows: objects.map(object => ({
      cells: table.cells(object),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

/** shortAge writes how long ago a time was, as kubectl does: `12s`, `3m4s`, `5m`, `2h`, `3d`. */
export function shortAge(since: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1_000));
  if (!Number.isFinite(seconds)) return '<unknown>';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
