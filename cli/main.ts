import { findLocalState } from '../local/state-file.ts';
import { connectRestPublisher } from '../shared/adapters/pubsub/rest-publisher.ts';
import { systemClock } from '../shared/time.ts';
import type { Context } from './context.ts';
import { findDeploymentFile } from './deployment-file.ts';
import type { Deployment } from './deployment-keys.ts';
import { runCli } from './run.ts';
import { resolveSettings } from './settings.ts';
import { streamSink } from './sink.ts';

/** main runs the command line of this process and ends it. */
export async function main(): Promise<void> {
  const exitCode = await runCli(process.argv.slice(2), processContext(interruption()));
  await new Promise(resolve => process.stdout.write('', resolve));
  process.exit(exitCode);
}

function processContext(signal: AbortSignal): Context {
  const retryDeps = { clock: systemClock, random: Math.random };
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    out: streamSink(process.stdout),
    err: streamSink(process.stderr),
    clock: systemClock,
    signal,
    settings: async () => {
      const local = await findLocalState(process.cwd());
      return resolveSettings(process.env, local, await neededFile(local !== undefined));
    },
    // Loading Google's library takes longer than all the rest; most mistakes are told without it.
    store: async ({ bucket, storageHost }) => {
      const { connectStore } = await import('../shared/adapters/storage/connect.ts');
      return connectStore({ bucket, retryDeps, emulatorHost: storageHost });
    },
    // An emulator, ours or Google's, takes a publish by REST, which loads at once; Google's own client is for Pub/Sub itself.
    publisher: async ({ pubsubHost }) => {
      if (pubsubHost !== undefined) return connectRestPublisher({ retryDeps, emulatorHost: pubsubHost });
      const { connectClientPublisher } = await import('../shared/adapters/pubsub/client-publisher.ts');
      return connectClientPublisher({ retryDeps });
    },
    inspectors: async ({ bucket, storageHost, pubsubHost, kubeconfig }) => {
      const { connectInspectors } = await import('../shared/adapters/connect-inspectors.ts');
      const userAgent = 'taskpod-doctor';
      return connectInspectors({ bucket, storageHost, pubsubHost, kubeconfig, userAgent, retryDeps });
    },
    clusters: async ({ kubeconfig }, clusters) => {
      const { connectClusters } = await import('../shared/adapters/connect-clusters.ts');
      const { googleLogin } = await import('../shared/adapters/google-token.ts');
      // Whoever asks goes by whatever endpoint is open, as itself.
      const access = { endpoint: 'auto', impersonationChain: [] } as const;
      const config = { clusters: [...clusters], access, accessByCluster: new Map() };
      const deps = { ...retryDeps, kubeconfig, login: googleLogin() };
      return connectClusters(config, 'taskpod-cli', deps).podsOf;
    },
    subscriptions: async ({ pubsubHost }) => {
      const { connectClientSubscriptions } = await import(
        '../shared/adapters/pubsub/client-subscriptions.ts'
      );
      return connectClientSubscriptions({ retryDeps, emulatorHost: pubsubHost });
    },
  };
}

/** The deployment file of this folder, unless something goes before it; one that is out of order troubles only those who need it. */
async function neededFile(hasLocal: boolean): Promise<Deployment | undefined> {
  const { TASKPOD_BUCKET, TASKPOD_TASKS_TOPIC } = process.env;
  if (hasLocal && !TASKPOD_BUCKET && !TASKPOD_TASKS_TOPIC) return undefined;
  try {
    return (await findDeploymentFile(process.cwd()))?.deployment;
  } catch (error) {
    if (TASKPOD_BUCKET) return undefined;
    throw error;
  }
}

/** Fires at the first SIGINT or SIGTERM, or when the process that started this one is gone; a later one ends at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const again = 1_000;
  let firstAt: number | undefined;
  const stop = (): void => {
    // A terminal sends SIGINT to the whole group and the starting process passes it on: that is one, not two.
    if (firstAt !== undefined && performance.now() - firstAt > again) process.exit(130);
    firstAt ??= performance.now();
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (process.channel) {
    process.on('disconnect', stop);
    process.channel.unref();
  }
  return controller.signal;
}
