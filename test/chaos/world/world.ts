import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Deployment, startDeployment } from '../../cluster/harness.ts';
import { type ClusterEnvironment, clusterEnvironment } from '../../cluster/support/environment.ts';
import { gkeCluster } from '../../cluster/support/gke-deployment.ts';
import type { ServiceName } from '../schedule/actions.ts';
import { ChaosService } from './chaos-service.ts';
import { LocalServer } from './local-server.ts';

/** More than one, so that instances share the work; a death then costs a part of it. */
const shards = 4;
/** Short, so that Turns hand over in the middle of everything. */
const turnSeconds = 40;

/** As terraform/modules/platform has it, but for the back-off, which is 10 s and more there: as much happens here in less time. */
const pushes = { ackDeadlineSeconds: 600, minimumBackoffSeconds: 1, maximumBackoffSeconds: 10 };
const maxDeliveryAttempts = { tasks: 30, watch: 50 };

/** Everything that a run happens in. */
export interface World {
  deployment: Deployment;
  services: Readonly<Record<ServiceName, ChaosService>>;
  cluster: ClusterEnvironment;
  /** Messages that Pub/Sub has given up since this was last asked. */
  deadLetters(): Promise<string[]>;
  stop(): Promise<void>;
}

/** What a world is made of. */
export interface WorldOptions {
  seed: number;
  /** Folders with the functions, built for chaos. */
  built: Readonly<Record<ServiceName, string>>;
  /** For the bucket, and what the processes leave behind; it is taken away at the end. */
  folder: string;
  failed: (why: string) => void;
}

/** startWorld starts storage and Pub/Sub, a deployment on the cluster, and one instance of each function. */
export async function startWorld({ seed, built, folder, failed }: WorldOptions): Promise<World> {
  await mkdir(folder, { recursive: true });
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const storage = await LocalServer.storage(join(folder, 'storage'));
    ends.push(() => storage.stop());
    const pubsub = await LocalServer.pubsub();
    ends.push(() => pubsub.stop());
    const cluster = { ...clusterEnvironment(), storage: storage.url, pubsub: pubsub.url };
    const env = {
      TASKPOD_CLUSTER: gkeCluster,
      TASKPOD_SHARDS: String(shards),
      TASKPOD_TURN_SECONDS: String(turnSeconds),
    };
    const deployment = await startDeployment(env, {}, { servers: cluster, bucketGoes: false });
    ends.push(() => deployment.stop());
    const start = async (service: ServiceName): Promise<ChaosService> => {
      const options = {
        service,
        deployment,
        servers: cluster,
        source: built[service],
        folder,
        seed,
        failed,
      };
      const started = await ChaosService.start(options);
      ends.push(() => started.stop());
      await started.instances.scale(1);
      return started;
    };
    const services = { launch: await start('launch'), watch: await start('watch') };
    const { topic, pull } = await deployment.collectDeadLetters();
    const subscribe = (of: 'tasks' | 'watch', { front }: ChaosService) =>
      deployment.subscribe(of, front.url, {
        ...pushes,
        deadLetters: { topic, maxDeliveryAttempts: maxDeliveryAttempts[of] },
      });
    await subscribe('tasks', services.launch);
    await subscribe('watch', services.watch);
    const deadLetters = async () => (await pull()).map(({ id, data }) => `${id} ${data.slice(0, 200)}`);
    return { deployment, services, cluster, deadLetters, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
