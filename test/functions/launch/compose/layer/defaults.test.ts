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

test('lastLayer: a Pod is never restarted, and has its sidecar', () => {
  expect(toJson(lastLayer(undefined))).toEqual({ spec: { restartPolicy: 'Never' } });
  expect(toJson(lastLayer(whole('', { name: 'x' })))).toEqual({
    spec: { restartPolicy: 'Never', initContainers: [{ name: 'x' }] },
  });
});
