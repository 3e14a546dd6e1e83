import type { ClusterAccess, EndpointChoice } from '../../../shared/cluster-access.ts';
import type { Problem } from '../../../shared/errors.ts';

/** What a task says about the way to its cluster. Source: GKEStartPodOperator's parameters. */
interface AccessFields {
  use_dns_endpoint?: boolean | undefined;
  use_internal_ip?: boolean | undefined;
  impersonation_chain?: string[] | undefined;
}

const endpointWords: Record<EndpointChoice, string> = {
  auto: 'by its DNS endpoint where it is open, else by its private address, else by its public one',
  dns: 'by its DNS endpoint',
  internal: 'by its private address',
  public: 'by its public address',
};

/**
 * judgeAccess holds what a task says about the way to its cluster against the deployment's. Another identity is refused: the
 * task would run with other rights than it says. Another endpoint leads to the same cluster, and is told. `access` undefined: the
 * cluster is a kubeconfig's, which has its own way and identity.
 */
export function judgeAccess(
  fields: AccessFields,
  access: ClusterAccess | undefined,
): { problems: Problem[]; warnings: Problem[] } {
  const warnings: Problem[] = [];
  const problems: Problem[] = [];
  const endpoint = access === undefined ? undefined : endpointWords[access.endpoint];
  for (const [path, choice] of [
    ['use_dns_endpoint', 'dns'],
    ['use_internal_ip', 'internal'],
  ] as const) {
    if (fields[path] !== true || access?.endpoint === choice) continue;
    const how = endpoint === undefined ? 'as its kubeconfig says' : `${endpoint} (TASKPOD_CLUSTER_ENDPOINT)`;
    warnings.push({ path, message: `has no effect: this cluster is reached ${how}. Remove it` });
  }
  const { impersonation_chain: wanted } = fields;
  if (wanted !== undefined && access === undefined) {
    const message = 'has no effect: this cluster is spoken to with the identity of its kubeconfig. Remove it';
    warnings.push({ path: 'impersonation_chain', message });
  } else if (wanted !== undefined && access !== undefined && !isSame(wanted, access.impersonationChain)) {
    const whose =
      access.impersonationChain.length === 0
        ? 'the functions’ own identity'
        : `that of ${access.impersonationChain.join(', ')}`;
    const message = `is not whom this cluster is spoken to as (${whose}): remove it, or have it set in TASKPOD_CLUSTER_ACCESS`;
    problems.push({ path: 'impersonation_chain', message });
  }
  return { problems, warnings };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}
