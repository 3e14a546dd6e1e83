import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AccessTokens } from '../../google/access-tokens.ts';
import { GoogleServer } from '../../google/google-server.ts';
import {
  containerService,
  type Impersonation,
  iamCredentialsService,
  metadataService,
} from '../../google/services.ts';
import { type Deployment, startDeployment } from '../harness.ts';
import type { FunctionProcess } from './function-process.ts';

/** The cluster's name, as tasks and the functions know it. */
export const gkeCluster = 'projects/lab-project/locations/europe-west1/clusters/lab';

/** The identities that the API server knows, and what each is for. */
export const emails = {
  launch: 'launch@lab.iam.gserviceaccount.com',
  watch: 'watch@lab.iam.gserviceaccount.com',
  nobody: 'nobody@lab.iam.gserviceaccount.com',
} as const;

/** A token by which the API server knows an identity. */
export async function labToken(lab: string, email: string): Promise<string> {
  const { stdout } = await promisify(execFile)(lab, ['token', email]);
  return stdout.trim();
}

/** Taskpod on a cluster that it finds by its name, with a local Google for each of the two functions. */
export class GkeDeployment {
  readonly deployment: Deployment;
  readonly tokens: AccessTokens;
  /** What `clusters.get` tells, by name. */
  readonly clusters: Map<string, unknown>;
  readonly impersonations: Impersonation[];
  readonly google: Readonly<Record<'launch' | 'watch', GoogleServer>>;

  private constructor(parts: Omit<GkeDeployment, 'startAll' | 'startFunction' | 'stop'>) {
    this.deployment = parts.deployment;
    this.tokens = parts.tokens;
    this.clusters = parts.clusters;
    this.impersonations = parts.impersonations;
    this.google = parts.google;
  }

  /** Makes namespace, roles, bucket and topics; the functions are not started. `identities`: as whom they run. */
  static async start(options: {
    tokens: AccessTokens;
    cluster: unknown;
    identities?: { launch: string; watch: string };
    mayActAs?: Readonly<Record<string, readonly string[]>>;
    env?: Record<string, string>;
  }): Promise<GkeDeployment> {
    const { tokens, cluster, identities = emails, mayActAs = {}, env = {} } = options;
    const clusters = new Map([[gkeCluster, cluster]]);
    const impersonations: Impersonation[] = [];
    const googleOf = (email: string) =>
      GoogleServer.start(
        metadataService(email, tokens),
        containerService(clusters, tokens),
        iamCredentialsService(mayActAs, tokens, impersonations),
      );
    const google = { launch: await googleOf(identities.launch), watch: await googleOf(identities.watch) };
    const deployment = await startDeployment({
      KUBECONFIG: '',
      METADATA_SERVER_DETECTION: 'assume-present',
      TASKPOD_CLUSTER: gkeCluster,
      ...env,
    });
    return new GkeDeployment({ deployment, tokens, clusters, impersonations, google });
  }

  /** Starts one of the functions, which sees its own local Google. */
  startFunction(target: 'launch' | 'watch', env: Record<string, string> = {}): Promise<FunctionProcess> {
    const { host, url } = this.google[target];
    return this.deployment.startFunction(target, {
      env: {
        GCE_METADATA_HOST: host,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: url,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: url,
        ...env,
      },
    });
  }

  /** Starts both, and subscribes them as a real deployment does; more for launch or watch by their names. */
  async startAll(
    env: { launch?: Record<string, string>; watch?: Record<string, string> } = {},
  ): Promise<{ launch: FunctionProcess; watch: FunctionProcess }> {
    const [launch, watch] = await Promise.all([
      this.startFunction('launch', env.launch),
      this.startFunction('watch', env.watch),
    ]);
    await this.deployment.subscribe('tasks', launch.url, { ackDeadlineSeconds: 60 });
    await this.deployment.subscribe('watch', watch.url, { ackDeadlineSeconds: 600 });
    return { launch, watch };
  }

  async stop(): Promise<void> {
    await this.deployment.stop();
    await Promise.all([this.google.launch.stop(), this.google.watch.stop()]);
  }
}
