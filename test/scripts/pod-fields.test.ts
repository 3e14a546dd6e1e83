import { expect, test } from 'vitest';
import { podFieldTable } from '../../scripts/pod-fields.ts';
import stored from '../../shared/task/pod-fields.json' with { type: 'json' };

test('pod-fields.json is what the models of the Kubernetes client say; if not, run: node scripts/pod-fields.ts', () => {
  expect(stored).toEqual(podFieldTable());
});

test('the table names the type of what a field holds', () => {
  const table = podFieldTable('V1Volume');
  expect(table.V1Volume).toMatchObject({ name: '', configMap: 'V1ConfigMapVolumeSource' });
  expect(table.V1ConfigMapVolumeSource).toEqual({
    defaultMode: '',
    items: 'V1KeyToPath[]',
    name: '',
    optional: '',
  });
  expect(table.V1PodSpec).toBeUndefined();
});
