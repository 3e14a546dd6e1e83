import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  RbacAuthorizationV1Api,
  type RbacV1Subject,
  setHeaderOptions,
  type V1Pod,
} from '@kubernetes/client-node';
import { waitFor } from './wait.ts';

/** A namespace of its own on the cluster, seen with the public client and not with our adapter. */
export class Namespace {
  readonly name: string;
  readonly #api: CoreV1Api;
  readonly #rbac: RbacAuthorizationV1Api;

  constructor(kubeconfig: string, name: string) {
    this.name = name;
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#api = config.makeApiClient(CoreV1Api);
    this.#rbac = config.makeApiClient(RbacAuthorizationV1Api);
  }

  /** Creates it and waits for its service account, without which Pods are refused. */
  async create(labels: Record<string, string> = {}): Promise<void> {
    await this.#api.createNamespace({ body: { metadata: { name: this.name, labels } } });
    await waitFor(
      () => absentIs404(this.#api.readNamespacedServiceAccount({ name: 'default', namespace: this.name })),
      { what: `the service account "default" in ${this.name}`, withinMs: 30_000 },
    );
  }

  /** Asks the API server about a Pod without creating it: nothing when it would take it, else what it says. */
  async refusalOf(pod: V1Pod): Promise<string | undefined> {
    try {
      await this.#api.createNamespacedPod({ namespace: this.name, body: pod, dryRun: 'All' });
      return undefined;
    } catch (error) {
      if (error instanceof ApiException) return String(error.body);
      throw error;
    }
  }

  async createSecret(name: string, stringData: Record<string, string>): Promise<void> {
    await this.#api.createNamespacedSecret({
      namespace: this.name,
      body: { metadata: { name }, stringData },
    });
  }

  async createConfigMap(name: string, data: Record<string, string>): Promise<void> {
    await this.#api.createNamespacedConfigMap({ namespace: this.name, body: { metadata: { name }, data } });
  }

  async createServiceAccount(name: string): Promise<void> {
    await this.#api.createNamespacedServiceAccount({ namespace: this.name, body: { metadata: { name } } });
  }

  async createPod(pod: V1Pod): Promise<void> {
    await this.#api.createNamespacedPod({ namespace: this.name, body: pod });
  }

  /** Waits until a Pod's containers have ended. */
  async waitForEnd(name: string): Promise<void> {
    const read = () => this.#api.readNamespacedPod({ namespace: this.name, name });
    const hasEnded = async () => /Succeeded|Failed/.test((await read()).status?.phase ?? '') || undefined;
    await waitFor(hasEnded, { what: `Pod ${name} to end`, withinMs: 60_000 });
  }

  /** Gives users a role of the cluster, in this namespace. */
  async bindClusterRole(role: string, subjects: RbacV1Subject[]): Promise<void> {
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
    const body = { metadata: { name: `as-${role}` }, roleRef, subjects };
    await this.#rbac.createNamespacedRoleBinding({ namespace: this.name, body });
  }

  /** Puts labels on every node, and leaves them there. */
  async labelNodes(labels: Record<string, string>): Promise<void> {
    const { items } = await this.#api.listNode();
    const body = { metadata: { labels } };
    const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    for (const node of items) await this.#api.patchNode({ name: node.metadata?.name ?? '', body }, asMerge);
  }

  async pods(): Promise<V1Pod[]> {
    return (await this.#api.listNamespacedPod({ namespace: this.name })).items;
  }

  /** Gives the Pod as it was deleted; undefined when there is none. */
  async deletePod(name: string, gracePeriodSeconds = 0): Promise<V1Pod | undefined> {
    return absentIs404(this.#api.deleteNamespacedPod({ name, namespace: this.name, gracePeriodSeconds }));
  }

  /** Takes a label off a Pod. */
  async removeLabel(pod: string, label: string): Promise<void> {
    const body = { metadata: { labels: { [label]: null } } };
    const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    await this.#api.patchNamespacedPod({ name: pod, namespace: this.name, body }, asMerge);
  }

  /** Limits what may be in it, and waits until the limit holds. */
  async setQuota(hard: Record<string, string>): Promise<void> {
    const namespace = this.name;
    const body = { metadata: { name: 'quota' }, spec: { hard } };
    await this.#api.createNamespacedResourceQuota({ namespace, body });
    const read = () => this.#api.readNamespacedResourceQuota({ namespace, name: 'quota' });
    await waitFor(async () => (await read()).status?.hard, { what: 'the quota to hold', withinMs: 30_000 });
  }

  /** Takes the limit away. */
  async liftQuota(): Promise<void> {
    await this.#api.deleteNamespacedResourceQuota({ namespace: this.name, name: 'quota' });
  }

  /** Deletes its Pods at once and then the namespace, whose end is not waited for. */
  async cleanUp(): Promise<void> {
    await Promise.all((await this.pods()).map(pod => this.deletePod(pod.metadata?.name ?? '')));
    await absentIs404(this.#api.deleteNamespace({ name: this.name }));
  }
}

async function absentIs404<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
