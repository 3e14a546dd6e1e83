import { KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';

/** Roles in one namespace, each given to one user. */
export class Roles {
  readonly #api: RbacAuthorizationV1Api;
  readonly #namespace: string;

  constructor(kubeconfig: string, namespace: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#api = config.makeApiClient(RbacAuthorizationV1Api);
    this.#namespace = namespace;
  }

  /** Gives a user these rules, in a role of this name. */
  async give(name: string, user: string, rules: V1PolicyRule[]): Promise<void> {
    const namespace = this.#namespace;
    await this.#api.createNamespacedRole({ namespace, body: { metadata: { name }, rules } });
    const apiGroup = 'rbac.authorization.k8s.io';
    const roleRef = { apiGroup, kind: 'Role', name };
    const subjects = [{ apiGroup, kind: 'User', name: user }];
    await this.#api.createNamespacedRoleBinding({
      namespace,
      body: { metadata: { name }, roleRef, subjects },
    });
  }

  /** Gives the role other rules. */
  async change(name: string, rules: V1PolicyRule[]): Promise<void> {
    const body = { metadata: { name }, rules };
    await this.#api.replaceNamespacedRole({ name, namespace: this.#namespace, body });
  }
}
