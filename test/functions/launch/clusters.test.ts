import { describe, expect, test } from 'vitest';
import { scopeName } from '../../../shared/names.ts';
import { MemoryPods } from '../../fakes/memory-pods.ts';
import { helloObjects, helloTask, Launcher, outage } from './launcher.ts';

const gpu = 'projects/p/locations/europe-west1/clusters/gpu';
const onGpu = { ...helloTask, project_id: 'p', location: 'europe-west1', cluster_name: 'gpu' };
const onContext = { ...helloTask, cluster_context: 'lab' };

/** A launcher with a default cluster (`kubeconfig`), one on GKE and a context. */
function threeClusters() {
  const launcher = new Launcher();
  launcher.otherClusters = [gpu, 'kubeconfig:lab'];
  const gpuPods = new MemoryPods();
  const labPods = new MemoryPods();
  launcher.otherPods.set(gpu, gpuPods).set('kubeconfig:lab', labPods);
  const created = () => [launcher.pods, gpuPods, labPods].map(pods => pods.created.length);
  return { launcher, gpuPods, created };
}

function claimOf(launcher: Launcher) {
  const { record, pod } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '{}');
  return { scope: record?.scope, cluster: pod?.cluster };
}

describe('a task runs on', () => {
  test.each([
    { what: 'the default cluster', task: helloTask, cluster: 'kubeconfig', counts: [1, 0, 0] },
    { what: 'the GKE cluster that it names', task: onGpu, cluster: gpu, counts: [0, 1, 0] },
    { what: 'the context that it names', task: onContext, cluster: 'kubeconfig:lab', counts: [0, 0, 1] },
  ])('$what, and a Turn of that cluster is woken', async ({ task, cluster, counts }) => {
    const { launcher, created } = threeClusters();
    expect(await launcher.deliver(task)).toMatchObject({ status: 204, result: { end: 'created' } });
    const scope = scopeName(cluster, 'bucket', 0);
    expect([created(), claimOf(launcher), launcher.tickets()]).toEqual([
      counts,
      { scope, cluster },
      [{ kind: 'ticket', scope }],
    ]);
  });
});

test('a task for a cluster that is not on the list is rejected, with those that are', async () => {
  const { launcher, created } = threeClusters();
  expect(await launcher.deliver({ ...onGpu, cluster_name: 'gpus' })).toMatchObject({
    status: 204,
    result: { end: 'rejected' },
  });
  const [problem] = launcher.outcome()?.problems ?? [];
  expect(problem?.path).toBe('cluster_name');
  for (const name of ['kubeconfig', gpu, 'kubeconfig:lab']) expect(problem?.message).toContain(name);
  expect([created(), launcher.markers()]).toEqual([[0, 0, 0], []]);
});

test('while a cluster is away its tasks wait in Pub/Sub, and those of the others go on', async () => {
  const { launcher, gpuPods, created } = threeClusters();
  gpuPods.fault = () => {
    throw outage;
  };
  expect(await launcher.deliver(onGpu, 'm1')).toEqual({ status: 503 });
  expect(await launcher.deliver({ ...helloTask, run_id: 'r2' }, 'm2')).toMatchObject({ status: 204 });
  gpuPods.fault = undefined;
  expect(await launcher.deliver(onGpu, 'm1')).toMatchObject({ status: 204, result: { end: 'created' } });
  expect(created()).toEqual([1, 1, 0]);
});

test('a message that comes again continues where its attempt was claimed, though the default is another now', async () => {
  const { launcher, created } = threeClusters();
  await launcher.deliver(helloTask);
  launcher.cluster = gpu;
  launcher.otherClusters = ['kubeconfig'];
  expect(await launcher.deliver(helloTask)).toMatchObject({ status: 204, result: { end: 'adopted' } });
  expect([created(), claimOf(launcher).cluster]).toEqual([[1, 0, 0], 'kubeconfig']);
});
