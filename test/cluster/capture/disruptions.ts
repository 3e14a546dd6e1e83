import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig, SchedulingV1Api, type V1PodSpec } from '@kubernetes/client-node';
import { shell } from './cases.ts';

/** A Pod that the cluster takes away; `cause` posts it and lets that happen. */
export interface DisruptionCase {
  name: string;
  cause: () => Promise<void>;
}

/** The resource of a node that only these Pods ask for, so that nobody else's is preempted. */
const slot = 'capture.test/slot';

/**
 * disruptionCases are caused with nodes that exist in name only, and with a resource that one of them offers: nothing else in
 * the cluster is disturbed, because the nodes are tainted.
 */
export function disruptionCases(config: KubeConfig, namespace: string): DisruptionCase[] {
  const api = config.makeApiClient(CoreV1Api);
  const post = async (name: string, spec: V1PodSpec): Promise<void> => {
    await api.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
  };
  const onNode = (nodeName: string, more: Partial<V1PodSpec> = {}): V1PodSpec => ({
    restartPolicy: 'Never',
    nodeName,
    containers: [shell('base', 'sleep 300')],
    ...more,
  });
  const node = async (name: string, slots?: number): Promise<void> => {
    const capacity = { cpu: '1', memory: '1Gi', pods: '10', ...(slots ? { [slot]: String(slots) } : {}) };
    const taints = [{ key: 'capture.test/only', effect: 'NoSchedule' }];
    const body = { metadata: { name, labels: { 'capture.test/node': name } }, spec: { taints } };
    const made = await api.createNode({ body });
    const now = new Date();
    const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now };
    const status = { capacity, allocatable: capacity, conditions: [ready] };
    const { resourceVersion: _, ...metadata } = made.metadata ?? {};
    await api.replaceNodeStatus({ name, body: { ...made, metadata, status } });
  };
  const names = { tainted: `${namespace}-tainted`, gone: `${namespace}-gone`, slots: `${namespace}-slots` };
  const dropNode = (name: string) => api.deleteNode({ name }).catch(() => undefined);

  return [
    {
      name: 'drained',
      cause: async () => {
        await post('drained', {
          restartPolicy: 'Never',
          containers: [shell('base', 'trap "exit 143" TERM; sleep 60 & wait')],
        });
        await sleep(9_000);
        await api.createNamespacedPodEviction({
          namespace,
          name: 'drained',
          body: { metadata: { name: 'drained', namespace } },
        });
      },
    },
    {
      name: 'not-admitted-out-of-cpu',
      cause: () =>
        post(
          'not-admitted-out-of-cpu',
          onNode('localhost', {
            containers: [shell('base', '', { resources: { requests: { cpu: '4000' } } })],
          }),
        ),
    },
    {
      name: 'not-admitted-node-affinity',
      cause: () =>
        post('not-admitted-node-affinity', onNode('localhost', { nodeSelector: { 'no.such/label': 'x' } })),
    },
    {
      name: 'taken-by-taint',
      cause: async () => {
        await node(names.tainted);
        await post('taken-by-taint', onNode(names.tainted));
        await sleep(2_000);
        const taints = [
          { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
          { key: 'capture.test/out', effect: 'NoExecute' },
        ];
        const present = await api.readNode({ name: names.tainted });
        await api.replaceNode({
          name: names.tainted,
          body: { ...present, spec: { ...present.spec, taints } },
        });
        await sleep(20_000);
        await dropNode(names.tainted);
      },
    },
    {
      name: 'node-deleted',
      cause: async () => {
        await node(names.gone);
        await post('node-deleted', onNode(names.gone));
        await sleep(2_000);
        await dropNode(names.gone);
      },
    },
    {
      name: 'preempted',
      cause: async () => {
        const priorities = config.makeApiClient(SchedulingV1Api);
        const [low, high] = [`${namespace}-low`, `${namespace}-high`];
        await priorities.createPriorityClass({ body: { metadata: { name: low }, value: -10 } });
        await priorities.createPriorityClass({ body: { metadata: { name: high }, value: -5 } });
        await node(names.slots, 1);
        const wants = (priorityClassName: string): V1PodSpec => ({
          restartPolicy: 'Never',
          priorityClassName,
          tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
          nodeSelector: { 'capture.test/node': names.slots },
          containers: [shell('base', 'sleep 300', { resources: { limits: { [slot]: '1' } } })],
        });
        await post('preempted', wants(low));
        await sleep(2_000);
        await post('preempting', wants(high));
        await sleep(5_000);
        await dropNode(names.slots);
        for (const name of [low, high]) await priorities.deletePriorityClass({ name });
      },
    },
  ];
}
