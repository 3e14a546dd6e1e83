import { describe, expect, test } from 'vitest';
import {
  ResourceStore,
  type StoreChange,
  type StoredObject,
  VersionCounter,
} from '../../../../local/pods/api/resource-store.ts';
import { visibleType } from '../../../../local/pods/api/watch.ts';

function object(name: string, labels: Record<string, string> = {}): StoredObject {
  return {
    metadata: {
      name,
      namespace: 'n',
      uid: `uid-${name}`,
      resourceVersion: '',
      creationTimestamp: '2026-11-23T10:00:00Z',
      labels,
    },
  };
}

function open(historySize = 10): ResourceStore<StoredObject> {
  return new ResourceStore('things', new VersionCounter(100), historySize);
}

const versionsOf = (changes: StoreChange<StoredObject>[]) => changes.map(c => [c.type, c.version]);

describe('ResourceStore', () => {
  test('gives each change the next version, and keeps the newest of each object', () => {
    const store = open();
    store.add(object('b'));
    store.add(object('a'));
    store.change('n', 'b', old => ({ metadata: { ...old.metadata, labels: { x: '1' } } }));
    const removed = store.remove('n', 'a');

    expect(store.list().map(o => [o.metadata.name, o.metadata.resourceVersion])).toEqual([['b', '103']]);
    expect([store.version, removed.metadata.resourceVersion]).toEqual([104, '104']);
    expect(versionsOf(store.changesAfter(101))).toEqual([
      ['ADDED', 102],
      ['MODIFIED', 103],
      ['DELETED', 104],
    ]);
  });

  test('lists by namespace and name', () => {
    const store = open();
    for (const name of ['c', 'a', 'b']) store.add(object(name));
    expect(store.list('n').map(o => o.metadata.name)).toEqual(['a', 'b', 'c']);
    expect(store.list('other')).toEqual([]);
  });

  test('refuses a second object of a name, and changes of none', () => {
    const store = open();
    store.add(object('a'));
    const refused = (action: () => unknown): unknown => {
      try {
        return action();
      } catch (error) {
        return error instanceof Error ? error.message : error;
      }
    };
    expect([
      refused(() => store.add(object('a'))),
      refused(() => store.get('n', 'x')),
      refused(() => store.change('n', 'x', o => o)),
      refused(() => store.remove('m', 'a')),
    ]).toEqual([
      'things "a" already exists',
      'things "x" not found',
      'things "x" not found',
      'things "a" not found',
    ]);
  });

  test('keeps a bounded history, and says from which version on it is whole', () => {
    const store = open(3);
    expect(store.oldestVersion).toBe(100);
    for (let i = 0; i < 6; i++) store.add(object(`a${i}`));
    expect([store.oldestVersion, store.changesAfter(100).length]).toEqual([100, 6]);
    store.add(object('b'));
    expect(store.oldestVersion).toBe(104);
    expect(versionsOf(store.changesAfter(104)).map(([, version]) => version)).toEqual([105, 106, 107]);
  });

  test('a listener sees the store as the change has left it', () => {
    const store = open();
    const seen: unknown[] = [];
    const stop = store.subscribe(change => seen.push([change.type, store.list().length]));
    store.add(object('a'));
    store.remove('n', 'a');
    stop();
    store.add(object('b'));
    expect(seen).toEqual([
      ['ADDED', 1],
      ['DELETED', 0],
    ]);
  });
});

describe('visibleType', () => {
  const inside = object('x', { in: 'yes' });
  const outside = object('x');
  const isVisible = (o: StoredObject) => o.metadata.labels?.in === 'yes';
  test.each([
    ['ADDED', undefined, inside, 'ADDED'],
    ['ADDED', undefined, outside, undefined],
    ['MODIFIED', inside, inside, 'MODIFIED'],
    ['MODIFIED', outside, inside, 'ADDED'],
    ['MODIFIED', inside, outside, 'DELETED'],
    ['MODIFIED', outside, outside, undefined],
    ['DELETED', inside, inside, 'DELETED'],
    ['DELETED', outside, outside, undefined],
  ] as const)('%s from %# is seen as %s', (type, before, now, expected) => {
    const change = { type, object: now, version: 1, ...(before === undefined ? {} : { before }) };
    expect(visibleType(change, isVisible)).toBe(expected);
  });
});
