import { describe, expect, test } from 'vitest';
import { templateLayer, templateProblems } from '../../../../../functions/launch/compose/layer/template.ts';
import { placeOf, toJson } from '../../../../../functions/launch/compose/sourced.ts';

describe('templateLayer', () => {
  test('takes what is the author’s of a Pod that came from the API server', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'n',
        generateName: 'n-',
        namespace: 'ns',
        labels: { a: '1' },
        annotations: { b: '2' },
        finalizers: ['f'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'o', uid: 'u' }],
        creationTimestamp: null,
        resourceVersion: '7',
        uid: 'u',
        managedFields: [{ manager: 'kubectl' }],
      },
      spec: { containers: [{ name: 'a' }], nodeName: 'node-1', priority: 0 },
      status: { phase: 'Running' },
    };
    const layer = templateLayer(pod, 'pod_template_dict');
    expect(toJson(layer)).toEqual({
      metadata: {
        name: 'n',
        namespace: 'ns',
        labels: { a: '1' },
        annotations: { b: '2' },
        finalizers: ['f'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'o', uid: 'u' }],
      },
      spec: { containers: [{ name: 'a' }], nodeName: 'node-1', priority: 0 },
    });
    const places = ['metadata', 'metadata.labels.a', 'spec', 'spec.containers.0.name', 'spec.hostname'];
    expect(places.map(path => placeOf(layer, path))).toEqual(places.map(path => `pod_template_dict.${path}`));
  });

  test.each<{ pod: unknown; json: unknown }>([
    { pod: undefined, json: {} },
    { pod: null, json: {} },
    { pod: 'text', json: {} },
    { pod: [], json: {} },
    { pod: { spec: null, metadata: 'm' }, json: {} },
    { pod: { spec: { hostname: 'h' } }, json: { spec: { hostname: 'h' } } },
    { pod: { metadata: { name: 'n' } }, json: { metadata: { name: 'n' } } },
  ])('of $pod', ({ pod, json }) => {
    expect(toJson(templateLayer(pod, 'x'))).toEqual(json);
  });
});

describe('templateProblems', () => {
  test.each<{ pod: unknown }>([
    { pod: {} },
    { pod: { metadata: {}, spec: {} } },
    { pod: { spec: { containers: [{ image: 'i' }], nodeSelector: { a: 'b' } } } },
    {
      pod: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { creationTimestamp: null },
        spec: { containers: [{ name: 'a', resources: {} }] },
        status: {},
      },
    },
  ])('none in $pod', ({ pod }) => {
    expect(templateProblems(pod, 'pod_template_file')).toEqual([]);
  });

  test.each<{ pod: unknown; problems: { path: string; message: string }[] }>([
    { pod: null, problems: [{ path: 'pod_template_file', message: 'must be an object' }] },
    { pod: [{}], problems: [{ path: 'pod_template_file', message: 'must be an object' }] },
    {
      pod: { apiVersion: 'batch/v1', kind: 'Job' },
      problems: [
        { path: 'pod_template_file.apiVersion', message: 'must be one of: v1' },
        { path: 'pod_template_file.kind', message: 'must be one of: Pod' },
      ],
    },
    {
      pod: {
        spec: {
          containers: [{ name: 'a', env: [{ value: '1' }], volume_mounts: [] }],
          restartPolice: 'Never',
        },
      },
      problems: [
        { path: 'pod_template_file.spec.containers.0.env.0.name', message: 'is required' },
        {
          path: 'pod_template_file.spec.containers.0.volume_mounts',
          message:
            'is not a field of Container; did you mean "volumeMounts"? (Kubernetes objects are written in camelCase)',
        },
        {
          path: 'pod_template_file.spec.restartPolice',
          message: 'is not a field of PodSpec; did you mean "restartPolicy"?',
        },
      ],
    },
    {
      pod: { metadata: { labels: { a: 1 } }, spec: { volumes: [{ emptyDir: {} }], hostNetwork: 'yes' } },
      problems: [
        { path: 'pod_template_file.spec.volumes.0.name', message: 'is required' },
        { path: 'pod_template_file.metadata.labels.a', message: 'must be a string' },
        { path: 'pod_template_file.spec.hostNetwork', message: 'must be true or false' },
      ],
    },
  ])('of $pod', ({ pod, problems }) => {
    expect(templateProblems(pod, 'pod_template_file')).toEqual(problems);
  });
});
