import { randomBytes } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../shared/outcome.ts';
import type { Attempt } from '../../shared/run.ts';
import { witness, witnessObject } from '../secrets/witness.ts';
import { type AuditedCall, readAudit } from './support/audit.ts';
import { Bucket } from './support/bucket.ts';
import { type ClusterEnvironment, clusterEnvironment, repository } from './support/environment.ts';
import { type FunctionProcess, startFunctionProcess } from './support/function-process.ts';
import { Grants } from './support/grants.ts';
import { type Identities, makeIdentities } from './support/identities.ts';
import { writeAs } from './support/identity-kubeconfig.ts';
import { Namespace } from './support/namespace.ts';
import { PubSub, type PulledMessage, type SubscriptionOptions } from './support/pubsub.ts';
import { waitFor } from './support/wait.ts';

/** The emulator's projects need no creation. */
const project = 'lab-project';

/** Those that tasks of the tests may use. */
const serviceAccounts = ['default', 'reports'];

/** Larger objects are logs that a test has filled. */
const maxWitnessBytes = 1_000_000;

/** What of a started function can be chosen. */
export interface StartOptions {
  /** The port of an earlier process, so that its push endpoint is served again; default: a free one. */
  port?: number;
  /** Added to, and winning over, the deployment's variables. */
  env?: Record<string, string>;
  /** A folder with another function than the built one of that name. */
  source?: string;
}

/** Where a deployment is made. */
export interface Place {
  servers: ClusterEnvironment;
  /** Whether the bucket is taken away at the end, and not with its whole server. */
  bucketGoes: boolean;
}

/**
 * startDeployment makes a namespace (with labels), a bucket, topics and a subscription to the events, all with one random suffix.
 * `env` is what the functions get besides; `place` is by default what the environment says.
 */
export async function startDeployment(
  env: Record<string, string> = {},
  namespaceLabels: Record<string, string> = {},
  place: Place = { servers: clusterEnvironment(), bucketGoes: true },
): Promise<Deployment> {
  const deployment = new Deployment(`taskpod-test-${randomBytes(4).toString('hex')}`, env, place);
  try {
    await deployment.create(namespaceLabels);
    return deployment;
  } catch (error) {
    await deployment.stop();
    throw error;
  }
}

/**
 * Taskpod on a real cluster, for one test file: made by {@link startDeployment}, ended by `stop`. The functions are who they
 * are in a real deployment, and may do what terraform/modules/namespace lets them; only the test itself is the administrator.
 */
export class Deployment {
  readonly bucket: Bucket;
  readonly namespace: Namespace;
  /** Full names. */
  readonly topics: { readonly tasks: string; readonly watch: string; readonly events: string };
  readonly functions: FunctionProcess[] = [];
  readonly #name: string;
  readonly #env: Record<string, string>;
  readonly #servers: ClusterEnvironment;
  readonly #bucketGoes: boolean;
  readonly #pubsub: PubSub;
  readonly #snapshots = new Map<string, Promise<string>>();
  readonly #events: PulledMessage[] = [];
  readonly #grants: Grants[] = [];
  #identities: Identities | undefined;
  #subscriptions = 0;
  #kubeconfigs = 0;

  constructor(name: string, env: Record<string, string>, { servers, bucketGoes }: Place) {
    this.#name = name;
    this.#env = env;
    this.#servers = servers;
    this.#bucketGoes = bucketGoes;
    this.#pubsub = new PubSub(servers.pubsub);
    this.bucket = new Bucket(this.#servers.storage, name);
    this.namespace = new Namespace(this.#servers.kubeconfig, name);
    const topic = (kind: string): string => `projects/${project}/topics/${name}-${kind}`;
    this.topics = { tasks: topic('tasks'), watch: topic('watch'), events: topic('events') };
  }

  /** Who the two functions are to the cluster. */
  get identities(): Identities {
    if (this.#identities === undefined) throw new Error('not created');
    return this.#identities;
  }

  /** Makes what the deployment consists of; no function yet. */
  async create(namespaceLabels: Record<string, string> = {}): Promise<void> {
    await Promise.all([this.bucket.create(project), this.namespace.create(namespaceLabels)]);
    for (const topic of Object.values(this.topics)) await this.#pubsub.createTopic(topic);
    await this.#pubsub.subscribePull(this.topics.events, this.#subscription('events'));
    const { kubeconfig, lab } = this.#servers;
    this.#identities = await makeIdentities(kubeconfig, this.namespace.name, lab);
    await this.permit(this.namespace);
  }

  /** Lets the two functions work in a namespace, as in this deployment's own. */
  async permit(namespace: Namespace): Promise<void> {
    const grants = new Grants(this.#servers.kubeconfig, namespace.name);
    this.#grants.push(grants);
    await grants.create(this.identities, serviceAccounts);
  }

  /** The variables that both functions are started with; a function that is started has its own KUBECONFIG instead. */
  env(): Record<string, string> {
    return {
      KUBECONFIG: this.#servers.kubeconfig,
      PUBSUB_EMULATOR_HOST: new URL(this.#servers.pubsub).host,
      STORAGE_EMULATOR_HOST: this.#servers.storage,
      GOOGLE_CLOUD_PROJECT: project,
      METADATA_SERVER_DETECTION: 'none',
      TASKPOD_BUCKET: this.bucket.name,
      TASKPOD_TASKS_TOPIC: this.topics.tasks,
      TASKPOD_WATCH_TOPIC: this.topics.watch,
      TASKPOD_EVENTS_TOPIC: this.topics.events,
      TASKPOD_CLUSTER: 'kubeconfig',
      TASKPOD_NAMESPACE: this.namespace.name,
      ...this.#env,
    };
  }

  /** Starts the built function (or another one) and waits until it listens; nothing is pushed to it yet. */
  async startFunction(target: string, options: StartOptions = {}): Promise<FunctionProcess> {
    const env = { ...this.env(), ...options.env };
    const started = await startFunctionProcess({
      source: options.source ?? (await this.#snapshot(target)),
      target,
      env: { ...env, KUBECONFIG: await this.#kubeconfigOf(target, env.KUBECONFIG) },
      ...(options.port === undefined ? {} : { port: options.port }),
    });
    this.functions.push(started);
    return started;
  }

  /** Subscribes a URL to a topic by push. */
  async subscribe(topic: 'tasks' | 'watch', url: string, options: SubscriptionOptions = {}): Promise<string> {
    const name = this.#subscription(`${topic}-${++this.#subscriptions}`);
    await this.#pubsub.subscribePush(this.topics[topic], name, url, options);
    return name;
  }

  /** Starts both functions and subscribes them as a real deployment does. */
  async startAll(): Promise<{ launch: FunctionProcess; watch: FunctionProcess }> {
    const [launch, watch] = await Promise.all([this.startFunction('launch'), this.startFunction('watch')]);
    await this.subscribe('tasks', launch.url, { ackDeadlineSeconds: 60 });
    await this.subscribe('watch', watch.url, { ackDeadlineSeconds: 600 });
    return { launch, watch };
  }

  /** Publishes a task (or any text as it is) so many times; gives the message ids. */
  async publishTask(task: object | string | Buffer, copies = 1): Promise<string[]> {
    const text = typeof task === 'string' || Buffer.isBuffer(task) ? task : JSON.stringify(task);
    return this.#pubsub.publish(
      this.topics.tasks,
      Array.from({ length: copies }, () => text),
    );
  }

  /** Publishes what Cloud Scheduler publishes each minute. */
  async publishSweep(): Promise<void> {
    await this.#pubsub.publish(this.topics.watch, [JSON.stringify({ kind: 'sweep' })]);
  }

  /** All events announced so far, in order of arrival, repetitions included. */
  async events(): Promise<PulledMessage[]> {
    this.#events.push(...(await this.#pubsub.pull(this.#subscription('events'))));
    return [...this.#events];
  }

  /** Makes a topic for dead letters, for `subscribe`; what comes to it is given by what is returned. */
  async collectDeadLetters(): Promise<{ topic: string; pull: () => Promise<PulledMessage[]> }> {
    const topic = `projects/${project}/topics/${this.#name}-dead-letters`;
    await this.#pubsub.createTopic(topic);
    await this.#pubsub.subscribePull(topic, this.#subscription('dead-letters'));
    return { topic, pull: () => this.#pubsub.pull(this.#subscription('dead-letters')) };
  }

  /** Waits for an object and gives its bytes. */
  async waitForObject(name: string, withinMs: number): Promise<Buffer> {
    return waitFor(() => this.bucket.read(name), {
      what: `object ${name}`,
      withinMs,
      explain: () => this.explain(),
    });
  }

  /** Waits for an attempt's outcome. */
  async waitForOutcome(attempt: Attempt, withinMs: number): Promise<Outcome> {
    const bytes = await this.waitForObject(attemptObjects(attempt).outcome, withinMs);
    return parseOutcome(bytes.toString('utf8'));
  }

  /** The composed log of a container that has ended; undefined when there is none. */
  async readLog(attempt: Attempt, container: string): Promise<string | undefined> {
    return (await this.bucket.read(attemptObjects(attempt).log(container)))?.toString('utf8');
  }

  /**
   * What the API server was asked about this deployment's namespace; undefined where its audit log cannot be read, so
   * that a test can say that it has counted nothing.
   */
  async audit(): Promise<AuditedCall[] | undefined> {
    const { lab } = this.#servers;
    return lab === undefined ? undefined : readAudit(lab, this.namespace.name);
  }

  /** For a failed test: what is in the bucket, which Pods there are, what the functions have printed. */
  async explain(): Promise<string> {
    const objects = (await this.bucket.list()).map(({ name, size }) => `  ${name} (${size} bytes)`);
    const pods = (await this.namespace.pods()).map(pod => {
      const states = pod.status?.containerStatuses?.map(status => Object.keys(status.state ?? {}).join());
      return `  ${pod.metadata?.name} ${pod.status?.phase} [${states?.join(' ')}]`;
    });
    const logs = this.functions.map(running => {
      const state = running.isRunning() ? 'running' : 'ended';
      return `${running.target} (pid ${running.pid}, ${state}):\n${running.logs().split('\n').slice(-40).join('\n')}`;
    });
    return ['Objects:', ...objects, 'Pods:', ...pods, ...logs].join('\n');
  }

  /** Ends the functions and deletes everything that was made for this deployment. */
  async stop(): Promise<void> {
    await this.#witness();
    await this.#pubsub.cleanUp();
    await Promise.all(this.functions.map(running => running.kill('SIGKILL')));
    const grants = this.#grants.map(granted => granted.cleanUp());
    const bucket = this.#bucketGoes ? [this.bucket.cleanUp()] : [];
    await Promise.all([...grants, ...bucket, this.namespace.cleanUp()]);
    await rm(this.#running(), { recursive: true, force: true });
  }

  /** Looks for planted secrets in all that has got out; a bucket or a topic that a test has taken away holds nothing. */
  async #witness(): Promise<void> {
    for (const { data, attributes } of await this.events().catch(() => [...this.#events]))
      witness(this.topics.events, JSON.stringify([data, attributes]));
    for (const { name, size } of await this.bucket.list().catch(() => []))
      if (size <= maxWitnessBytes) witnessObject(name, (await this.bucket.read(name)) ?? '');
  }

  /** A copy, because a new build must not pull the files from under a running function, which loads some of them late. */
  #snapshot(target: string): Promise<string> {
    const folder = join(this.#running(), target);
    const copied =
      this.#snapshots.get(target) ??
      cp(join(repository, 'dist', target), folder, { recursive: true }).then(() => folder);
    this.#snapshots.set(target, copied);
    return copied;
  }

  /** The same clusters with the identity of this function; none for what is neither of the two. */
  async #kubeconfigOf(target: string, files = ''): Promise<string> {
    const token = target === 'launch' || target === 'watch' ? this.#identities?.[target].token : undefined;
    if (token === undefined || files === '') return '';
    return writeAs(token, files, join(this.#running(), `as-${target}-${++this.#kubeconfigs}`));
  }

  #running(): string {
    return join(repository, 'dist', '.running', this.#name);
  }

  #subscription(kind: string): string {
    return `projects/${project}/subscriptions/${this.#name}-${kind}`;
  }
}
