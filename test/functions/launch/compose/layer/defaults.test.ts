import { describe, expect, test } from 'vitest';
import { defaultLayer, lastLayer } from '../../../../../functions/launch/compose/layer/defaults.ts';
import { placeOf, toJson, whole } from '../../../../../functions/launch/compose/sourced.ts';
import { podSettings } from '../../make-task.ts';

describe('defaultLayer', () => {
  test.each([
    { connection: undefined, namespace: 'tasks', place: '' },
    { connection: {}, namespace: 'tasks', place: '' },
    { connection: { namespace: '' }, namespace: 'tasks', place: '' },
    { connection: { namespace: 'theirs' }, namespace: 'theirs', place: 'kubernetes_conn_id' },
  ])('of the connection $connection', ({ connection, namespace, place }) => {
    const layer = defaultLayer({ task: {}, given: {}, connection, settings: podSettings });
    expect(toJson(layer)).toEqual({
      metadata: { namespace, annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } },
      spec: { activeDeadlineSeconds: 604_800 },
    });
    expect(placeOf(layer, 'metadata.namespace')).toBe(place);
  });
});

test('all of it but a connection’s namespace is Taskpod’s own', () => {
  const lowest = defaultLayer({ task: {}, given: {}, settings: podSettings });
  const last = lastLayer(whole('', { name: 'x' }));
  const paths = [
    '',
    'metadata',
    'metadata.namespace',
    'metadata.annotations.a',
    'spec',
    'spec.activeDeadlineSeconds',
  ];
  expect(paths.map(path => placeOf(lowest, path))).toEqual(paths.map(() => ''));
  const lastPaths = ['', 'spec', 'spec.restartPolicy', 'spec.initContainers', 'spec.initContainers.0.name'];
  expect(lastPaths.map(path => placeOf(last, path))).toEqual(lastPaths.map(() => ''));
});

test('lastLayer: a Pod is never restarted, and has its sidecar', () => {
  expect(toJson(lastLayer(undefined))).toEqual({ spec: { restartPolicy: 'Never' } });
  expect(toJson(lastLayer(whole('', { name: 'x' })))).toEqual({
    spec: { restartPolicy: 'Never', initContainers: [{ name: 'x' }] },
  });
});
