import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, VersionApi, Watch } from '@kubernetes/client-node';
import { type Pod, podSchema } from '../../../shared/kubernetes/pod.ts';
import { clusterEnvironment, repository } from '../support/environment.ts';
import { startFaultyRegistry } from '../support/faulty-registry.ts';
import { Namespace } from '../support/namespace.ts';
import { type CaptureCase, captureCases } from './cases.ts';
import { disruptionCases } from './disruptions.ts';
import { captureRefusals } from './refusals.ts';

/*
 * Makes the fixtures of test/shared/diagnosis anew: Pods that end or get stuck in every way that a cluster of one node can
 * cause, taken as the watch tells them, with their events. Run it with `node test/cluster/capture/capture-statuses.ts`,
 * optionally with the names of the cases that are wanted; it needs what cluster tests need, and an administrator's rights.
 */

const folder = join(repository, 'test/shared/diagnosis/fixtures');

/** A version of a Pod that the watch has told. */
interface Seen {
  pod: Pod;
  gone: boolean;
}

const config = new KubeConfig();
config.loadFromFile(clusterEnvironment().kubeconfig);
const api = config.makeApiClient(CoreV1Api);
const namespaceName = `capture-${randomBytes(3).toString('hex')}`;
const namespace = new Namespace(clusterEnvironment().kubeconfig, namespaceName);
const seen = new Map<string, Seen>();

async function main(wanted: readonly string[]): Promise<void> {
  const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
  await mkdir(folder, { recursive: true });
  await namespace.create();
  const registry = await startFaultyRegistry();
  const watch = await new Watch(config).watch(
    `/api/v1/namespaces/${namespaceName}/pods`,
    {},
    (type: string, object: unknown) => {
      const pod = podSchema.parse(object);
      seen.set(pod.metadata.name, { pod, gone: type === 'DELETED' });
    },
    () => undefined,
  );
  try {
    await api.createNamespacedSecret({ namespace: namespaceName, body: { metadata: { name: 'there' } } });
    await api.createNamespacedConfigMap({ namespace: namespaceName, body: { metadata: { name: 'there' } } });
    const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
    const cases = captureCases(registry.host).filter(({ name }) => isWanted(name));
    const disruptions = disruptionCases(config, namespaceName).filter(({ name }) => isWanted(name));
    const ends = await Promise.allSettled([
      ...cases.map(one => capture(one, gitVersion)),
      ...disruptions.map(async ({ name, cause }) => {
        await cause();
        const told = await until(
          name,
          ({ pod }) => isOver(pod) || pod.metadata.deletionTimestamp !== undefined,
          120_000,
        );
        await save(name, told, gitVersion);
      }),
      ...(isWanted('refusals')
        ? [captureRefusals(config, namespaceName, join(folder, 'refusals.json'), steady)]
        : []),
    ]);
    for (const end of ends) if (end.status === 'rejected') console.error(String(end.reason));
  } finally {
    watch.abort();
    await registry.cleanUp();
    await namespace.cleanUp();
  }
}

async function capture(one: CaptureCase, version: string): Promise<void> {
  const { name, spec, until: wanted, settleMs = 0, deleteWithin } = one;
  await api.createNamespacedPod({ namespace: namespaceName, body: { metadata: { name }, spec } });
  let told = await until(name, ({ pod }) => isReached(pod, wanted), 150_000);
  await sleep(settleMs);
  if (deleteWithin !== undefined) {
    await namespace.deletePod(name, deleteWithin);
    told = await until(name, ({ gone }) => gone, 60_000);
  }
  await save(name, seen.get(name) ?? told, version);
}

function isOver(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

function isReached(pod: Pod, wanted: CaptureCase['until']): boolean {
  const { containerStatuses = [], initContainerStatuses = [], conditions = [] } = pod.status;
  if (wanted === undefined) return isOver(pod);
  if (wanted === 'running') return containerStatuses.some(({ state }) => state?.running);
  if (wanted === 'unscheduled')
    return conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const waits = [...initContainerStatuses, ...containerStatuses].map(
    ({ state }) => state?.waiting?.reason ?? '',
  );
  return waits.some(reason => wanted.includes(reason));
}

async function until(name: string, predicate: (one: Seen) => boolean, withinMs: number): Promise<Seen> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const one = seen.get(name);
    if (one && predicate(one)) return one;
    if (Date.now() > deadline) throw new Error(`${name}: ${JSON.stringify(one?.pod.status)}`);
    await sleep(50);
  }
}

/** Events are written a moment after the status. */
async function save(name: string, { pod, gone }: Seen, version: string): Promise<void> {
  await sleep(1_500);
  const { items } = await api.listNamespacedEvent({
    namespace: namespaceName,
    fieldSelector: `involvedObject.uid=${pod.metadata.uid}`,
  });
  // As the API server's JSON has them: the client has made objects of the times.
  const time = (date: unknown): string | null =>
    date ? String(JSON.parse(JSON.stringify(date))).replace('.000Z', 'Z') : null;
  const events = items.map(({ type, reason, message, count, involvedObject, ...times }) => ({
    type,
    reason,
    message,
    count,
    involvedObject: { fieldPath: involvedObject.fieldPath },
    firstTimestamp: time(times.firstTimestamp),
    lastTimestamp: time(times.lastTimestamp),
    eventTime: time(times.eventTime),
    series: times.series && {
      count: times.series.count,
      lastObservedTime: time(times.series.lastObservedTime),
    },
  }));
  const { labels: _, annotations: __, ...metadata } = pod.metadata;
  const fixture = { source: `Kubernetes ${version}, captured`, gone, pod: { ...pod, metadata }, events };
  await writeFile(join(folder, `${name}.json`), steady(`${JSON.stringify(fixture, null, 2)}\n`));
  console.log(name);
}

/** Names and ports of one run of this program, made the same for all. */
function steady(text: string): string {
  return text
    .replaceAll(namespaceName, 'tasks')
    .replace(/registry-[0-9a-f]{8}\.test/g, 'registry.test')
    .replace(/127\.0\.0\.1:\d{4,5}/g, '127.0.0.1:5000');
}

await main(process.argv.slice(2));
