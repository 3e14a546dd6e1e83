import { describe, expect, test } from 'vitest';
import { withoutNulls } from '../../../../local/pods/api/call.ts';
import { podProblems } from '../../../../local/pods/api/pod-validation.ts';
import { unknownPodFields } from '../../../../local/pods/api/unknown-fields.ts';
import { podManifestSchema } from '../../../../local/pods/pod.ts';

const base = { name: 'base', image: 'x' };

function problems(metadata: Record<string, unknown>, spec: Record<string, unknown>): string[] {
  const pod = podManifestSchema.parse({ metadata: { name: 'good', ...metadata }, spec });
  return podProblems(pod).map(cause => `${cause.field}: ${cause.reason}`);
}

describe('podProblems', () => {
  test('a plain Pod has none', () => {
    const labels = { 'taskpod.dev/scope': 'a_b.C-1', empty: '' };
    expect(
      problems({ labels, annotations: { 'taskpod.dev/run': 'any ✓ text' } }, { containers: [base] }),
    ).toEqual([]);
  });

  test.each([
    [{ name: '' }, {}, ['metadata.name: FieldValueRequired']],
    [{ name: 'a..b' }, {}, ['metadata.name: FieldValueInvalid']],
    [{ name: 'x'.repeat(254) }, {}, ['metadata.name: FieldValueInvalid']],
    [{ labels: { 'a b': 'x' } }, {}, ['metadata.labels: FieldValueInvalid']],
    [{ labels: { 'A/b/c': 'x' } }, {}, ['metadata.labels: FieldValueInvalid']],
    [{ labels: { a: '-x' } }, {}, ['metadata.labels: FieldValueInvalid']],
    [{ labels: { a: 'x'.repeat(64) } }, {}, ['metadata.labels: FieldValueInvalid']],
    [{ annotations: { 'a/': 'x' } }, {}, ['metadata.annotations: FieldValueInvalid']],
    [{}, { containers: [base, base] }, ['spec.containers[1].name: FieldValueDuplicate']],
    [{}, { initContainers: [base] }, ['spec.initContainers[0].name: FieldValueDuplicate']],
    [
      {},
      { initContainers: [{ name: 'i', image: 'x', restartPolicy: 'Never' }] },
      ['spec.initContainers[0].restartPolicy: FieldValueNotSupported'],
    ],
    [{}, { restartPolicy: 'Sometimes' }, ['spec.restartPolicy: FieldValueNotSupported']],
    [{}, { activeDeadlineSeconds: 0 }, ['spec.activeDeadlineSeconds: FieldValueInvalid']],
    [{}, { terminationGracePeriodSeconds: -1 }, ['spec.terminationGracePeriodSeconds: FieldValueInvalid']],
    [
      {},
      {
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'v', emptyDir: {} },
          { name: 'V', emptyDir: {} },
        ],
      },
      ['spec.volumes[1].name: FieldValueDuplicate', 'spec.volumes[2].name: FieldValueInvalid'],
    ],
    [
      {},
      { containers: [{ ...base, env: [{ value: 'x' }, { name: 'a=b' }, { name: 'a.b' }] }] },
      [
        'spec.containers[0].env[0].name: FieldValueRequired',
        'spec.containers[0].env[1].name: FieldValueInvalid',
      ],
    ],
    [
      {},
      { containers: [{ ...base, terminationMessagePolicy: 'Log' }] },
      ['spec.containers[0].terminationMessagePolicy: FieldValueNotSupported'],
    ],
    [
      {},
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          {
            ...base,
            volumeMounts: [
              { name: 'v', mountPath: '/a', subPath: '../x' },
              { name: 'v', mountPath: '/a', subPath: '/x' },
              { name: 'v' },
              { mountPath: '/b' },
              { name: 'none', mountPath: '/c' },
            ],
          },
        ],
      },
      [
        'spec.containers[0].volumeMounts[0].subPath: FieldValueInvalid',
        'spec.containers[0].volumeMounts[1].mountPath: FieldValueInvalid',
        'spec.containers[0].volumeMounts[1].subPath: FieldValueInvalid',
        'spec.containers[0].volumeMounts[2].mountPath: FieldValueRequired',
        'spec.containers[0].volumeMounts[3].name: FieldValueRequired',
        'spec.containers[0].volumeMounts[4].name: FieldValueNotFound',
      ],
    ],
  ])('metadata %j and spec %j: %j', (metadata, spec, expected) => {
    expect(problems(metadata, { containers: [base], ...spec })).toEqual(expected);
  });
});

describe('unknownPodFields', () => {
  test('names every field that Kubernetes does not have', () => {
    const pod = {
      kind: 'Pod',
      extra: 1,
      metadata: { name: 'x', label: {}, labels: { anything: 'goes' } },
      spec: {
        containers: [base, { ...base, comand: [], env: [{ name: 'a', valueForm: {} }] }],
        affinity: { nodeAffinity: { required: [] } },
        nodeSelector: { anything: 'goes' },
      },
    };
    expect(unknownPodFields(pod)).toEqual([
      'extra',
      'metadata.label',
      'spec.containers[1].comand',
      'spec.containers[1].env[0].valueForm',
      'spec.affinity.nodeAffinity.required',
    ]);
  });

  test.each([[undefined], ['text'], [[]], [{ spec: 'text' }], [{ spec: { containers: 'text' } }]])(
    'finds nothing in %j, whose types are refused elsewhere',
    value => {
      expect(unknownPodFields(value)).toEqual([]);
    },
  );
});

test('withoutNulls takes null for absent, everywhere, and drops a prototype key', () => {
  const body = JSON.parse('{"a":null,"b":[1,null,{"c":null,"d":0}],"__proto__":{"x":1},"e":""}');
  const clean = withoutNulls(body);
  expect(clean).toEqual({ b: [1, { d: 0 }], e: '' });
  expect(Object.keys(clean ?? {})).toEqual(['b', 'e']);
});
