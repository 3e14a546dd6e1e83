import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attemptPodName, makeRecord } from '../functions/launch/attempt-plan.ts';
import { buildPod } from '../functions/launch/build-pod.ts';
import { composePod } from '../functions/launch/compose/compose-pod.ts';
import { kubernetesProblems } from '../shared/task/kubernetes-object.ts';
import { type ParsedTask, parseTask } from '../shared/task/parse-task.ts';

const folder = join(import.meta.dirname, '..', 'examples');
const files = globSync('*.json', { cwd: folder }).toSorted();
const settings = {
  defaultNamespace: 'composer-user-workloads',
  xcomSidecarImage: 'busybox:1.37.0',
  xcomMaxBytes: 1_000,
  activeDeadlineSeconds: 60,
};

function parsed(file: string): Extract<ParsedTask, { ok: true }> {
  const context = { messageId: 'm1', defaultNamespace: 'composer-user-workloads' };
  const result = parseTask(readFileSync(join(folder, file)), {
    ...context,
    namespaces: [context.defaultNamespace],
  });
  if (result.ok) return result;
  throw new Error(result.problems.map(({ path, message }) => `${path} ${message}`).join('; '));
}

function podOf(file: string) {
  const { task, run } = parsed(file);
  const attempt = { ...run, tryNumber: 1 };
  const pod = composePod({ task, given: {}, settings });
  const record = makeRecord({ task, pod, attempt, scope: 'lab-0', nowMs: 0, infrastructureRetries: 3 });
  const name = attemptPodName(pod, attempt, 'bucket');
  return buildPod({ pod, record, namespace: pod.metadata.namespace, name });
}

test('the examples that documents and tests speak of are there', () => {
  expect(files).toEqual(expect.arrayContaining(['hello.json', 'minimum.json', 'pi.json']));
});

describe.each(files)('%s', file => {
  test('is a task, and becomes a Pod that Kubernetes knows all of', () => {
    const { metadata, spec } = podOf(file);
    expect(metadata).toMatchObject({
      name: expect.stringMatching(/^[a-z0-9-]{1,63}$/),
      namespace: 'composer-user-workloads',
    });
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    expect(containers.flatMap(container => kubernetesProblems('V1Container', container))).toEqual([]);
    expect((spec.volumes ?? []).flatMap(volume => kubernetesProblems('V1Volume', volume))).toEqual([]);
  });
});

test('hello leaves a result', () => {
  const { task } = parsed('hello.json');
  expect([task.do_xcom_push, task.xcom_transport]).toEqual([true, 'sidecar']);
  expect(task.arguments?.join(' ')).toContain('/airflow/xcom/return.json');
});
