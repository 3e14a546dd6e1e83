import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addToPod, mergePods } from '../../../../functions/launch/compose/merge-pods.ts';
import { nothing, type Sourced, toJson, whole } from '../../../../functions/launch/compose/sourced.ts';
import { anyLayer } from './any-pod.ts';

const merged = (lower: unknown, upper: unknown): unknown =>
  toJson(mergePods(whole('lower', lower), whole('upper', upper)));
const specs = (lower: object, upper: object): unknown => merged({ spec: lower }, { spec: upper });
const containers = (lower: unknown, upper: unknown): unknown =>
  specs({ containers: lower }, { containers: upper });

describe('what is given wins, and what is absent does not', () => {
  test.each<{ lower: object; upper: object; spec: object }>([
    { lower: { hostNetwork: true }, upper: {}, spec: { hostNetwork: true } },
    { lower: {}, upper: { hostNetwork: true }, spec: { hostNetwork: true } },
    { lower: { hostNetwork: true }, upper: { hostNetwork: false }, spec: { hostNetwork: false } },
    {
      lower: { terminationGracePeriodSeconds: 30 },
      upper: { terminationGracePeriodSeconds: 0 },
      spec: { terminationGracePeriodSeconds: 0 },
    },
    { lower: { hostname: 'h' }, upper: { hostname: '' }, spec: { hostname: '' } },
    { lower: { hostname: 'h' }, upper: { hostname: null }, spec: { hostname: 'h' } },
    {
      lower: { tolerations: [{ key: 'a' }], dnsPolicy: 'None' },
      upper: { tolerations: [] },
      spec: { dnsPolicy: 'None' },
    },
    {
      lower: { tolerations: [{ key: 'a' }] },
      upper: { tolerations: [{ key: 'b' }] },
      spec: { tolerations: [{ key: 'b' }] },
    },
    {
      lower: { nodeSelector: { a: '1' } },
      upper: { nodeSelector: { b: '2' } },
      spec: { nodeSelector: { b: '2' } },
    },
    {
      lower: { nodeSelector: { a: '1' }, hostname: 'h' },
      upper: { nodeSelector: {} },
      spec: { hostname: 'h' },
    },
    {
      lower: { securityContext: { runAsUser: 1, runAsGroup: 1 } },
      upper: { securityContext: { runAsUser: 2 } },
      spec: { securityContext: { runAsUser: 2 } },
    },
    {
      lower: { imagePullSecrets: [{ name: 'a' }], hostAliases: [{ ip: '::1' }] },
      upper: { imagePullSecrets: [{ name: 'b' }] },
      spec: { imagePullSecrets: [{ name: 'b' }], hostAliases: [{ ip: '::1' }] },
    },
    {
      lower: { affinity: { nodeAffinity: {} } },
      upper: { affinity: { podAffinity: {} } },
      spec: { affinity: { podAffinity: {} } },
    },
  ])('$lower and $upper', ({ lower, upper, spec }) => {
    expect(specs(lower, upper)).toEqual({ spec });
  });
});

describe('metadata', () => {
  test('labels and annotations are merged key by key, the rest given', () => {
    const lower = {
      name: 'low',
      namespace: 'n',
      labels: { a: '1', 'x.y/z': '1' },
      annotations: { a: '1' },
      finalizers: ['f'],
      ownerReferences: [{ name: 'o' }],
    };
    const upper = {
      name: 'up',
      labels: { 'x.y/z': '', b: '2' },
      annotations: {},
      finalizers: ['f', 'g'],
      ownerReferences: [{ name: 'p' }],
    };
    expect(merged({ metadata: lower }, { metadata: upper })).toEqual({
      metadata: {
        name: 'up',
        namespace: 'n',
        labels: { a: '1', 'x.y/z': '', b: '2' },
        annotations: { a: '1' },
        finalizers: ['f', 'g'],
        ownerReferences: [{ name: 'p' }],
      },
    });
  });

  test('a label with the name of a rule is a label', () => {
    const labels = { spec: 'a', constructor: 'b', labels: 'c' };
    expect(merged({ metadata: { labels } }, { metadata: { labels: { spec: 'd' } } })).toEqual({
      metadata: { labels: { spec: 'd', constructor: 'b', labels: 'c' } },
    });
  });
});

test('volumes are appended, twice the same name too', () => {
  const volume = { name: 'v', emptyDir: {} };
  expect(specs({ volumes: [volume] }, { volumes: [volume, { name: 'w' }] })).toEqual({
    spec: { volumes: [volume, volume, { name: 'w' }] },
  });
  expect(specs({ volumes: [volume] }, { volumes: [] })).toEqual({ spec: { volumes: [volume] } });
});

describe('containers are merged by position', () => {
  const lists = ['env', 'envFrom', 'ports', 'volumeDevices', 'volumeMounts'];

  test.each(lists)('%s is appended', field => {
    expect(containers([{ [field]: ['a', 'b'] }], [{ [field]: ['b', 'c'] }])).toEqual({
      spec: { containers: [{ [field]: ['a', 'b', 'b', 'c'] }] },
    });
    expect(containers([{ [field]: ['a'] }], [{ [field]: [] }])).toEqual({
      spec: { containers: [{ [field]: ['a'] }] },
    });
  });

  test.each(['command', 'args', 'resizePolicy'])('%s is replaced', field => {
    expect(containers([{ [field]: ['a'] }], [{ [field]: ['b'] }])).toEqual({
      spec: { containers: [{ [field]: ['b'] }] },
    });
    expect(containers([{ name: 'x', [field]: ['a'] }], [{ [field]: [] }])).toEqual({
      spec: { containers: [{ name: 'x' }] },
    });
  });

  test.each<{ name: string; lower: unknown; upper: unknown; both: unknown }>([
    {
      name: 'whatever they are called',
      lower: [{ name: 'a', image: 'i', workingDir: '/w' }, { name: 'b' }],
      upper: [{ name: 'b', image: 'j' }],
      both: [{ name: 'b', image: 'j', workingDir: '/w' }, { name: 'b' }],
    },
    {
      name: 'more of them above',
      lower: [{ name: 'a', stdin: true }],
      upper: [{ stdin: false }, { name: 'c' }],
      both: [{ name: 'a', stdin: false }, { name: 'c' }],
    },
    { name: 'none below', lower: [], upper: [{ name: 'a' }], both: [{ name: 'a' }] },
    { name: 'none above', lower: [{ name: 'a' }], upper: [], both: [{ name: 'a' }] },
    {
      name: 'objects are replaced',
      lower: [{ name: 'a', resources: { limits: { cpu: '1' }, requests: { cpu: '1' } } }],
      upper: [{ resources: { limits: { cpu: '2' } } }],
      both: [{ name: 'a', resources: { limits: { cpu: '2' } } }],
    },
  ])('$name', ({ lower, upper, both }) => {
    expect(containers(lower, upper)).toEqual({ spec: { containers: both } });
  });
});

describe('init containers are merged by name', () => {
  test.each<{ name: string; lower: unknown; upper: unknown; both: unknown; added: unknown }>([
    {
      name: 'other names follow',
      lower: [{ name: 'a' }],
      upper: [{ name: 'b' }],
      both: [{ name: 'a' }, { name: 'b' }],
      added: [{ name: 'a' }, { name: 'b' }],
    },
    {
      name: 'the same name stays in its place',
      lower: [{ name: 'a', image: 'i', env: [1] }, { name: 'b' }],
      upper: [{ name: 'c' }, { name: 'a', image: 'j', env: [2] }],
      both: [{ name: 'a', image: 'j', env: [1, 2] }, { name: 'b' }, { name: 'c' }],
      added: [
        { name: 'a', image: 'i', env: [1] },
        { name: 'b' },
        { name: 'c' },
        { name: 'a', image: 'j', env: [2] },
      ],
    },
    {
      name: 'the first of a name is the partner',
      lower: [{ name: 'a', tty: true }],
      upper: [
        { name: 'a', image: '1' },
        { name: 'a', image: '2' },
      ],
      both: [
        { name: 'a', tty: true, image: '1' },
        { name: 'a', image: '2' },
      ],
      added: [
        { name: 'a', tty: true },
        { name: 'a', image: '1' },
        { name: 'a', image: '2' },
      ],
    },
    {
      name: 'what has no name has no partner',
      lower: [{ image: '1' }],
      upper: [{ image: '2' }],
      both: [{ image: '1' }, { image: '2' }],
      added: [{ image: '1' }, { image: '2' }],
    },
  ])('$name', ({ lower, upper, both, added }) => {
    expect(specs({ initContainers: lower }, { initContainers: upper })).toEqual({
      spec: { initContainers: both },
    });
    const [low, up] = [lower, upper].map(list => whole('x', { spec: { initContainers: list } }));
    expect(toJson(addToPod(low ?? nothing, up ?? nothing))).toEqual({ spec: { initContainers: added } });
  });
});

describe('a value of the wrong type is not merged with', () => {
  test.each<{ lower: unknown; upper: unknown; both: unknown }>([
    { lower: 'a', upper: { spec: { hostname: 'h' } }, both: { spec: { hostname: 'h' } } },
    { lower: { spec: [] }, upper: { spec: { hostname: 'h' } }, both: { spec: { hostname: 'h' } } },
    {
      lower: { spec: { volumes: 'v' } },
      upper: { spec: { volumes: [1] } },
      both: { spec: { volumes: [1] } },
    },
    {
      lower: { spec: { containers: ['c', 'd'] } },
      upper: { spec: { containers: [{ name: 'a' }] } },
      both: { spec: { containers: [{ name: 'a' }, 'd'] } },
    },
  ])('$lower and $upper', ({ lower, upper, both }) => {
    expect(merged(lower, upper)).toEqual(both);
  });
});

describe('for any layers', () => {
  const layer = anyLayer;
  const at = (json: unknown, place: string): Sourced => whole(place, json);

  test.each([
    ['mergePods', mergePods],
    ['addToPod', addToPod],
  ])('%s is associative, in its places too', (_, merge) => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        const [one, two, three] = [at(a, 'a'), at(b, 'b'), at(c, 'c')];
        expect(merge(merge(one, two), three)).toEqual(merge(one, merge(two, three)));
      }),
    );
  });

  test.each([
    ['mergePods', mergePods],
    ['addToPod', addToPod],
  ])('a layer without anything changes nothing: %s', (_, merge) => {
    fc.assert(
      fc.property(layer, json => {
        const part = at(json, 'a');
        const full = Object.entries(json).filter(([, value]) => Object.keys(value).length > 0);
        expect(toJson(merge(nothing, part))).toEqual(Object.fromEntries(full));
        expect(toJson(merge(part, nothing))).toEqual(Object.fromEntries(full));
      }),
    );
  });

  test('layers are not changed', () => {
    fc.assert(
      fc.property(layer, layer, (a, b) => {
        const before = JSON.stringify([a, b]);
        merged(a, b);
        expect(JSON.stringify([a, b])).toBe(before);
      }),
    );
  });
});
