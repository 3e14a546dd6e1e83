import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectRestPublisher } from '../shared/adapters/pubsub/rest-publisher.ts';
import { type Env, parseConfig } from '../shared/config.ts';
import { errorMessage, isAbort } from '../shared/errors.ts';
import type { Publisher } from '../shared/ports/publisher.ts';
import { type Clock, isoTime } from '../shared/time.ts';
import type { WatchMessage } from '../shared/watch-message.ts';
import { startBus } from './bus/server.ts';
import { type ChosenContexts, chooseContexts } from './choose-context.ts';
import { freePort } from './free-port.ts';
import { functionEnv } from './function-env.ts';
import { FunctionProcess } from './function-process.ts';
import { startPodEmulator } from './pods/server.ts';
import { startStorageServer } from './storage/server.ts';
import { createBucket, createTopics, localTopics } from './topics.ts';

/** How to start a local stack. */
export interface StackOptions {
  /** Absolute: bucket, Pods and logs go there. */
  folder: string;
  /** First of five ports in a row; absent: five that are free. */
  portBase?: number | undefined;
  /** Contexts of the user's kubeconfig, the default one first; absent: Pods are emulated. */
  contexts?: readonly string[] | undefined;
  /** The user's environment. */
  env: Env;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Told what a person should know while it runs. */
  notice: (text: string) => void;
  /** Ends what goes on in the background, and the start. */
  signal: AbortSignal;
}

/** A running local stack. */
export interface Stack {
  folder: string;
  bucket: string;
  /** The bucket's objects as files. */
  bucketFolder: string;
  logFolder: string;
  namespaces: string[];
  /** The value of KUBECONFIG by which the Pods are reached. */
  kubeconfig: string;
  /** Clusters that tasks may name; the first is that of tasks that name none. */
  clusters: [string, ...string[]];
  /** Where Pods run, in words. */
  cluster: string;
  urls: { storage: string; pubsub: string; launch: string; watch: string };
  /** Ends everything that was started, and waits for it. */
  close(): Promise<void>;
}

/** The bucket of a local stack. */
const localBucket = 'taskpod-local';

const sweepEveryMs = 60_000;

/**
 * startStack starts store, bus, Pod emulator and both functions, and returns when all of them answer. Throws
 * `bad_usage`, `invalid_configuration` or `deadline_exceeded`; then nothing of it is left.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers = new AsyncDisposableStack();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, closers: AsyncDisposableStack): Promise<Stack> {
  const { folder, env, clock, notice, signal } = options;
  const port = (index: number): number => (options.portBase === undefined ? 0 : options.portBase + index);
  const logFolder = join(folder, 'logs');
  const storage = await startStorageServer({
    folder: join(folder, 'storage'),
    port: await freePort(port(0)),
  });
  closers.defer(() => storage.close());
  const bus = await startBus({ port: await freePort(port(1)), clock });
  closers.defer(() => bus.close());
  const pubsubUrl = `http://${bus.host}`;
  const cluster = await startCluster(options, await freePort(port(2)), closers);
  const functionPorts = { launch: await freePort(port(3)), watch: await freePort(port(4)) };
  const childEnv = functionEnv(env, {
    bucket: localBucket,
    topics: localTopics,
    storageUrl: storage.url,
    pubsubHost: bus.host,
    kubeconfig: cluster.kubeconfig,
    namespaces: cluster.namespaces,
    contexts: options.contexts ?? [],
  });
  const config = parseConfig(childEnv);
  await createBucket(storage.url, localBucket, signal);
  const [launch, watch] = (['launch', 'watch'] as const).map(name => {
    const logFile = join(logFolder, `${name}.log`);
    const port = functionPorts[name];
    const served = new FunctionProcess({ name, port, env: childEnv, logFile, clock, notice, signal });
    closers.defer(() => served.stop());
    return served;
  });
  if (launch === undefined || watch === undefined) throw new Error('two functions');
  await Promise.all([launch.start(), watch.start()]);
  await createTopics(pubsubUrl, { launch: launch.url, watch: watch.url }, signal);
  const publisher = connectRestPublisher({ retryDeps: options, emulatorHost: bus.host });
  closers.defer(startSweeps(publisher, options));
  return {
    folder,
    bucket: localBucket,
    bucketFolder: join(folder, 'storage', localBucket),
    logFolder,
    namespaces: config.namespaces,
    kubeconfig: cluster.kubeconfig,
    clusters: [config.cluster, ...config.clusters.slice(1)],
    cluster: cluster.words,
    urls: { storage: storage.url, pubsub: pubsubUrl, launch: launch.url, watch: watch.url },
    close: () => closers.disposeAsync(),
  };
}

async function startCluster(
  options: StackOptions,
  port: number,
  closers: AsyncDisposableStack,
): Promise<ChosenContexts & { words: string }> {
  const { contexts, env, folder, clock } = options;
  if (contexts !== undefined) {
    const words = contexts.map(context => `context ${context}`).join('\n');
    return { ...(await chooseContexts(contexts, env)), words };
  }
  const logFolder = join(folder, 'logs');
  await mkdir(logFolder, { recursive: true, mode: 0o700 });
  const log = createWriteStream(join(logFolder, 'pods.log'), { flags: 'a', mode: 0o600 });
  closers.defer(() => new Promise(resolve => log.end(resolve)));
  const pods = await startPodEmulator({
    port,
    folder: join(folder, 'pods'),
    log: line => log.write(`${isoTime(clock.now())} ${line}\n`),
  });
  closers.defer(() => pods.close());
  return {
    kubeconfig: pods.kubeconfigPath,
    namespaces: ['composer-user-workloads'],
    words: pods.notice === undefined ? pods.url : `${pods.url}\n${pods.notice}`,
  };
}

/** Publishes a sweep each minute, as Cloud Scheduler does; returns what ends it. */
function startSweeps(publisher: Publisher, options: StackOptions): () => Promise<void> {
  const { clock, notice } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const sweep: WatchMessage = { kind: 'sweep' };
  const sweeping = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(sweepEveryMs, signal);
      await publisher.publish(localTopics.watch, [{ data: JSON.stringify(sweep) }], signal);
    }
  };
  const ended = sweeping().catch(error => {
    if (!isAbort(error)) notice(`the sweeps have stopped: ${errorMessage(error)}`);
  });
  return async () => {
    stop.abort();
    await ended;
  };
}
