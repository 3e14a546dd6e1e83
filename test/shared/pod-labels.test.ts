import { describe, expect, test } from 'vitest';
import { runAnnotation, scopeLabel, scopeSelector, systemLabels } from '../../shared/pod-labels.ts';

const attempt = { dagId: 'etl', runId: 'manual 1', taskId: 'load', tryNumber: 2 };

describe('systemLabels', () => {
  const labels = {
    dag_id: 'etl',
    task_id: 'load',
    run_id: 'manual1-bb4c933b2',
    try_number: '2',
    kubernetes_pod_operator: 'True',
    'app.kubernetes.io/managed-by': 'taskpod',
    'taskpod.dev/scope': 'main-abc-0',
  };

  test("are Airflow's and the scope", () => {
    expect(systemLabels(attempt, 'main-abc-0')).toEqual(labels);
  });

  test('have the map index of a mapped task, 0 included', () => {
    expect(systemLabels({ ...attempt, mapIndex: 0 }, 'main-abc-0')).toEqual({ ...labels, map_index: '0' });
  });
});

test('a scope is selected by the label that its Pods carry', () => {
  expect(scopeSelector('main-abc-0')).toBe('taskpod.dev/scope=main-abc-0');
  expect(systemLabels(attempt, 's')[scopeLabel]).toBe('s');
  expect(runAnnotation).toBe('taskpod.dev/run');
});
