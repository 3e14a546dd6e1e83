import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { podWithoutValues } from '../../shared/pod-without-values.ts';

test('values go; names, references and everything else stay', () => {
  const secretKeyRef = { name: 's', key: 'k' };
  const pod = {
    apiVersion: 'v1',
    metadata: {
      name: 'p',
      managedFields: [{ manager: 'm' }],
      annotations: { a: 'b', 'kubectl.kubernetes.io/last-applied-configuration': 'SECRET' },
    },
    spec: {
      containers: [
        {
          name: 'base',
          args: ['--value', '1'],
          env: [
            { name: 'PLAIN', value: 'SECRET' },
            { name: 'REF', valueFrom: { secretKeyRef } },
          ],
          livenessProbe: { httpGet: { httpHeaders: [{ name: 'Authorization', value: 'SECRET' }] } },
        },
      ],
      tolerations: [{ key: 'k', value: 'v' }],
    },
    status: { phase: 'Failed' },
  };
  expect(podWithoutValues(pod)).toEqual({
    apiVersion: 'v1',
    metadata: { name: 'p', annotations: { a: 'b' } },
    spec: {
      containers: [
        {
          name: 'base',
          args: ['--value', '1'],
          env: [{ name: 'PLAIN' }, { name: 'REF', valueFrom: { secretKeyRef } }],
          livenessProbe: { httpGet: { httpHeaders: [{ name: 'Authorization' }] } },
        },
      ],
      tolerations: [{ key: 'k', value: 'v' }],
    },
    status: { phase: 'Failed' },
  });
});

const kinds = fc.constantFrom('containers', 'initContainers', 'ephemeralContainers');
propertyTest.prop([kinds, fc.array(fc.string(), { minLength: 1 })])(
  'no value of any container is left (I9)',
  (kind, names) => {
    const env = names.map(name => ({ name, value: 'planted-secret' }));
    const pod = { metadata: { name: 'p' }, spec: { [kind]: [{ name: 'c', env }] } };
    expect(JSON.stringify(podWithoutValues(pod))).not.toContain('planted-secret');
  },
);

test('what is no Pod is not kept', () => {
  expect(podWithoutValues('text')).toBeUndefined();
});
