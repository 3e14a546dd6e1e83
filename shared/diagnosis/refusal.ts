import type { ReasonCode } from './reasons.ts';

/** What the API server answered to the POST of a Pod. */
export interface RefusedPost {
  status: number;
  reason: string;
  message: string;
  causes: readonly { field: string; message: string }[];
}

/** Why a Pod was refused. */
export interface RefusalReason {
  reason: Extract<
    ReasonCode,
    | 'admission_refused'
    | 'cluster_refused'
    | 'forbidden'
    | 'namespace_missing'
    | 'pod_refused'
    | 'quota_exceeded'
    | 'service_account_missing'
  >;
  /** One sentence. */
  summary: string;
}

/**
 * classifyRefusal reads from the API server's answer why it does not take a Pod: the quota is exceeded, the function may not
 * post it (RBAC), what it refers to does not exist, or an admission step refuses it (Pod Security, LimitRange, a webhook such
 * as Autopilot's Warden). Anything else is a Pod that is not valid. Sources: fixtures/refusals.json, platform.md G.
 */
export function classifyRefusal({ status, reason, message }: RefusedPost): RefusalReason {
  const serviceAccount = /serviceaccounts? "([^"]+)" not found/.exec(message)?.[1];
  if (serviceAccount !== undefined) {
    return {
      reason: 'service_account_missing',
      summary: `The service account "${serviceAccount}" does not exist.`,
    };
  }
  if (status === 404 || /because it is being terminated/.test(message)) {
    const namespace = /namespaces? "?([^" ]+)"? /.exec(message)?.[1];
    const which = namespace === undefined ? '' : ` "${namespace}"`;
    return {
      reason: 'namespace_missing',
      summary: `The namespace${which} does not exist or is being deleted.`,
    };
  }
  if (isQuotaExceeded({ status, message })) {
    return { reason: 'quota_exceeded', summary: 'The namespace’s quota is exceeded.' };
  }
  // No Status of Kubernetes': GKE's DNS endpoint asks IAM before anything reaches the API server.
  if (status === 403 && reason === '') {
    const summary =
      'What stands before the API server refuses launch; on GKE it lacks container.clusters.connect.';
    return { reason: 'cluster_refused', summary };
  }
  if (status === 403 && /\bcannot create resource "pods"/.test(message)) {
    return { reason: 'forbidden', summary: 'Launch may not create Pods in this namespace.' };
  }
  if (status === 403 || /admission webhook|ValidatingAdmissionPolicy/.test(message)) {
    return {
      reason: 'admission_refused',
      summary: `The cluster’s policy refuses the Pod${policyOf(message)}.`,
    };
  }
  const which = [status, reason].filter(Boolean).join(' ');
  return { reason: 'pod_refused', summary: `The API server refused the Pod (${which}).` };
}

/** isQuotaExceeded tells a full quota, which other Pods' ends make room in, from every other refusal. */
export function isQuotaExceeded({ status, message }: Pick<RefusedPost, 'status' | 'message'>): boolean {
  return status === 403 && message.includes('exceeded quota');
}

function policyOf(message: string): string {
  const [, level] = /violates PodSecurity "([^"]+)"/.exec(message) ?? [];
  if (level !== undefined) return ` (Pod Security ${level})`;
  const [, webhook] = /admission webhook "([^"]+)" denied/.exec(message) ?? [];
  if (webhook !== undefined) return ` (${webhook})`;
  const [, policy] = /ValidatingAdmissionPolicy '([^']+)'/.exec(message) ?? [];
  return policy === undefined ? '' : ` (${policy})`;
}
