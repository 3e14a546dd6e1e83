import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Deployment } from '../../cluster/harness.ts';
import type { FunctionProcess } from '../../cluster/support/function-process.ts';
import { FaultProxy } from '../../proxy/fault-proxy.ts';
import type { DeathPoint } from '../functions/death-point.ts';
import type { Channel, ServiceName } from '../schedule/actions.ts';
import { clockSkewMs } from '../schedule/plan-schedule.ts';
import { Instances } from '../services/instances.ts';
import { PushFront } from '../services/push-front.ts';
import { KubernetesWay } from './kubernetes-way.ts';
import { requestKind } from './request-kind.ts';

const deathSchema = z.object({ point: z.string(), moment: z.enum(['before', 'after']) });

/** As terraform/modules/platform sets it. */
const concurrency: Readonly<Record<ServiceName, number>> = { launch: 40, watch: 16 };

/** What a function is started with. */
export interface ChaosServiceOptions {
  service: ServiceName;
  deployment: Deployment;
  servers: { storage: string; pubsub: string };
  /** With the function built for chaos. */
  source: string;
  /** For what the processes leave behind. */
  folder: string;
  seed: number;
  failed: (why: string) => void;
}

/** One of the two functions, with a faulty way to everything that it uses, and to itself. */
export class ChaosService {
  readonly instances: Instances;
  readonly front: PushFront;
  readonly proxies: Readonly<Record<Channel, FaultProxy>>;
  readonly #kubernetes: KubernetesWay;
  readonly #clocks: { areWrong: boolean };

  private constructor(parts: {
    instances: Instances;
    front: PushFront;
    proxies: Readonly<Record<Channel, FaultProxy>>;
    kubernetes: KubernetesWay;
    clocks: { areWrong: boolean };
  }) {
    this.instances = parts.instances;
    this.front = parts.front;
    this.proxies = parts.proxies;
    this.#kubernetes = parts.kubernetes;
    this.#clocks = parts.clocks;
  }

  /** Makes the ways and the front; no instance is started yet. */
  static async start(options: ChaosServiceOptions): Promise<ChaosService> {
    const { service, deployment, servers } = options;
    const kubernetes = await KubernetesWay.start(service, deployment.identities);
    const storage = await proxyTo('storage', servers.storage);
    const pubsub = await proxyTo('pubsub', servers.pubsub);
    const clocks = { areWrong: true };
    const env = {
      ...kubernetes.env(),
      STORAGE_EMULATOR_HOST: storage.url,
      PUBSUB_EMULATOR_HOST: new URL(pubsub.url).host,
    };
    const instances = new Instances({
      service,
      start: instance => startInstance(instance, env, clocks, options),
      deathOf: instance => readDeath(deathFile(options, instance)),
      failed: options.failed,
    });
    const front = await PushFront.start(instances, concurrency[service]);
    const proxies = { kubernetes: kubernetes.proxy, storage, pubsub };
    return new ChaosService({ instances, front, proxies, kubernetes, clocks });
  }

  /** All tokens for Kubernetes end now. */
  endTokens(): void {
    this.#kubernetes.tokens.revokeAll();
  }

  /** From now on nothing goes wrong: ways and clocks are right, and new instances serve. */
  async calm(instances: number): Promise<void> {
    this.#clocks.areWrong = false;
    this.front.mend();
    for (const proxy of Object.values(this.proxies)) proxy.mend();
    await this.instances.renew(instances);
  }

  async stop(): Promise<void> {
    await this.instances.stop();
    const { storage, pubsub } = this.proxies;
    await Promise.all([this.front.stop(), storage.stop(), pubsub.stop(), this.#kubernetes.stop()]);
  }
}

function proxyTo(channel: Channel, target: string): Promise<FaultProxy> {
  return FaultProxy.start({ target, kindOf: (...request) => requestKind(channel, ...request) });
}

function startInstance(
  instance: number,
  env: Record<string, string>,
  clocks: { areWrong: boolean },
  options: ChaosServiceOptions,
): Promise<FunctionProcess> {
  const { service, deployment, source, seed } = options;
  return deployment.startFunction(service, {
    source,
    env: {
      ...env,
      CHAOS_DEATHS: deathFile(options, instance),
      CHAOS_CLOCK_SKEW_MS: String(clocks.areWrong ? clockSkewMs(seed, service, instance) : 0),
    },
  });
}

function deathFile({ folder, service }: ChaosServiceOptions, instance: number): string {
  return join(folder, `death-of-${service}-${instance}.json`);
}

async function readDeath(file: string): Promise<DeathPoint | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : deathSchema.parse(JSON.parse(text));
}
