import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AdmissionregistrationV1Api,
  ApiException,
  KubeConfig,
  RbacAuthorizationV1Api,
} from '@kubernetes/client-node';
import permissions from '../../../terraform/modules/namespace/permissions.json' with { type: 'json' };
import { repository } from './environment.ts';
import { type FunctionName, functionNames, type Identities } from './identities.ts';

const apiGroup = 'rbac.authorization.k8s.io';
const policyFile = join(repository, 'terraform/modules/namespace/admission-policy.json');

/** The Role of a function, and its binding; a test may make others beside them. */
export function roleOf(name: FunctionName): string {
  return `harness-${name}`;
}

/** What a namespace's policy is made for. */
interface PolicyValues {
  namespace: string;
  identities: Identities;
  /** Those that tasks may use. */
  serviceAccounts: readonly string[];
}

/** Gives and takes what terraform/modules/namespace gives to the two functions in a namespace, from the same two files. */
export class Grants {
  readonly #namespace: string;
  readonly #rbac: RbacAuthorizationV1Api;
  readonly #admission: AdmissionregistrationV1Api;

  constructor(kubeconfig: string, namespace: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#namespace = namespace;
    this.#rbac = config.makeApiClient(RbacAuthorizationV1Api);
    this.#admission = config.makeApiClient(AdmissionregistrationV1Api);
  }

  /** Makes the Roles, their bindings, and the admission policy, which holds within a second or two. */
  async create(identities: Identities, serviceAccounts: readonly string[]): Promise<void> {
    const namespace = this.#namespace;
    for (const name of functionNames) {
      const metadata = { name: roleOf(name) };
      await this.#rbac.createNamespacedRole({ namespace, body: { metadata, rules: permissions[name] } });
      const roleRef = { apiGroup, kind: 'Role', name: metadata.name };
      const body = { metadata, roleRef, subjects: [identities[name].subject] };
      await this.#rbac.createNamespacedRoleBinding({ namespace, body });
    }
    const { policy, binding } = readPolicy({ namespace, identities, serviceAccounts });
    await this.#admission.createValidatingAdmissionPolicy({ body: policy });
    await this.#admission.createValidatingAdmissionPolicyBinding({ body: binding });
  }

  /** Takes the policy away, which is not in the namespace; Roles and bindings go with it. */
  async cleanUp(): Promise<void> {
    const name = `taskpod-${this.#namespace}`;
    await goneIsGood(this.#admission.deleteValidatingAdmissionPolicyBinding({ name }));
    await goneIsGood(this.#admission.deleteValidatingAdmissionPolicy({ name }));
  }
}

/** Fills in the file as Terraform's templatefile does. */
function readPolicy({ namespace, identities, serviceAccounts }: PolicyValues) {
  const values = new Map([
    ['namespace', namespace],
    ['launch', identities.launch.username],
    ['watch', identities.watch.username],
    ['service_accounts', serviceAccounts.join("', '")],
  ]);
  const text = readFileSync(policyFile, 'utf8').replace(/\$\{(\w+)\}/g, (place, name) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${policyFile} has ${place}, which nothing gives`);
    return value;
  });
  return JSON.parse(text);
}

async function goneIsGood(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException && error.code === 404)) throw error;
  }
}
