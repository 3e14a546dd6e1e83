import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../../test/cluster/harness.ts';
import { clusterEnvironment } from '../../test/cluster/support/environment.ts';
import { Namespace } from '../../test/cluster/support/namespace.ts';
import type { BarePosts } from './bare-posts.ts';
import { planLaunch } from './plan-launch.ts';
import { onFakeNode } from './tasks.ts';

/** A rate needs no more Pods than these. */
const mostPods = 1_000;
/** Lets the cluster end its work on Pods that are deleted. */
const settleMs = 3_000;

/**
 * barePostRate posts the Pods that launch would post for so many tasks, into a namespace of their own, and deletes them
 * again; gives how many a second were taken.
 */
export async function barePostRate(bare: BarePosts, tasks: number, deployment: Deployment): Promise<number> {
  const env = deployment.env();
  const ids = Array.from({ length: Math.min(tasks, mostPods) }, (_, i) => `bare-${i}`);
  const manifests = ids.map(id => planLaunch(onFakeNode(id), env).manifest);
  const namespace = new Namespace(clusterEnvironment().kubeconfig, `${deployment.namespace.name}-bare`);
  try {
    await namespace.create();
    return await bare.post(namespace.name, manifests);
  } finally {
    await bare.deleteAll(namespace.name);
    await namespace.cleanUp();
    await sleep(settleMs);
  }
}
