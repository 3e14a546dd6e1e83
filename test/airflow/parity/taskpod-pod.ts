import { attemptPodName, makeRecord } from '../../../functions/launch/attempt-plan.ts';
import { buildPod } from '../../../functions/launch/build-pod.ts';
import { prepareTask } from '../../../functions/launch/prepare/prepare-task.ts';
import { ObjectSources } from '../../../functions/launch/sources/object-sources.ts';
import type { PodManifest } from '../../../shared/kubernetes/pod.ts';
import { podTemplateObject } from '../../../shared/object-names.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';

const nowMs = Date.parse('2026-11-23T10:00:00Z');
const clock = { monotonicMs: () => 0 };

/** The deployment whose Pods are compared; the namespace is that of a Composer environment's connection. */
export const settings = {
  cluster: 'kubeconfig',
  clusters: ['kubeconfig'],
  access: { endpoint: 'auto' as const, impersonationChain: [] },
  accessByCluster: new Map(),
  defaultNamespace: 'composer-user-workloads',
  policy: { podSecurity: 'privileged' as const },
  xcomSidecarImage: 'busybox:1',
  xcomMaxBytes: 1_000,
  activeDeadlineSeconds: 604_800,
};

/** taskpodPod makes the Pod that the launch function posts for a message; `template` is the content of its pod_template_file. */
export async function taskpodPod(message: Record<string, unknown>, template: unknown): Promise<PodManifest> {
  const store = new MemoryStore({ now: () => nowMs });
  const signal = new AbortController().signal;
  if (template !== undefined) {
    await store.create(podTemplateObject('pod.yaml'), Buffer.from(JSON.stringify(template)), { signal });
  }
  const sources = new ObjectSources({ store, clock });
  const request = { published: message, messageId: 'message-1', tryNumber: 1, nowMs };
  const prepared = await prepareTask(request, { settings, sources, clock }, signal);
  if (!prepared.ok)
    throw new Error(prepared.problems.map(problem => Object.values(problem).join(' ')).join());

  const { task, run, pod, namespace } = prepared;
  const attempt = { ...run, tryNumber: 1 };
  const record = makeRecord({ task, pod, attempt, scope: 'lab-0', nowMs, infrastructureRetries: 3 });
  return buildPod({ pod, record, namespace, name: attemptPodName(pod, attempt, 'bucket') });
}
