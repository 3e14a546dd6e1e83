import { expect, test } from 'vitest';
import { collectEvidence, type Sources } from './collect.ts';
import type { SeenEvent } from './evidence.ts';

const event = (data: string): SeenEvent & { id: string } => ({ id: data, data, attributes: { state: data } });

/** A place that gives its events bit by bit, as a subscription does. */
function sources(more: Partial<Sources> = {}): Sources {
  const objects = new Map(Array.from({ length: 40 }, (_, index) => [`o${index}`, Buffer.from(`${index}`)]));
  const coming = [[event('a')], [event('b')], [], [event('c')]];
  const come: SeenEvent[] = [];
  return {
    bucket: {
      list: async () =>
        [...objects.keys(), 'gone'].map(name => ({ name, ...(name === 'o7' ? { componentCount: 2 } : {}) })),
      read: async name => objects.get(name),
    },
    events: async () => {
      come.push(...(coming.shift() ?? []));
      return [...come];
    },
    namespace: { pods: async () => [{ metadata: { name: 'p' } }] },
    audit: async () => [],
    ...more,
  };
}

test('everything is read, events until there are no more', async () => {
  const { objects, ...evidence } = await collectEvidence(sources(), {
    deletedFromOutside: ['x', 'y'],
    deletedUnbound: ['y'],
    strays: ['9'],
  });
  expect(evidence).toEqual({
    calls: [],
    events: ['a', 'b', 'c'].map(data => ({ data, attributes: { state: data } })),
    pods: ['p'],
    composed: new Set(['o7']),
    deletedFromOutside: ['x', 'y'],
    deletedUnbound: ['y'],
    strays: ['9'],
  });
  expect([...objects.keys()].toSorted()).toEqual(
    Array.from({ length: 40 }, (_, index) => `o${index}`).toSorted(),
  );
  expect([...objects].every(([name, bytes]) => `o${bytes}` === name)).toBe(true);
});

test('without an audit log there is no evidence', async () => {
  await expect(
    collectEvidence(sources({ audit: async () => undefined }), {
      deletedFromOutside: [],
      deletedUnbound: [],
      strays: [],
    }),
  ).rejects.toThrow('The API server has no audit log that could be read.');
});
