/** The Pod Security Standards, from the laxest to the strictest. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** What a deployment lets its tasks use. A list that is absent allows what docs/policy.md says. */
export interface Policy {
  podSecurity: PodSecurityLevel;
  /** Exact names. */
  namespaces?: readonly string[] | undefined;
  /** `NAME` or `NAMESPACE/NAME`, with `*`. */
  serviceAccounts?: readonly string[] | undefined;
  /** Patterns as image-pattern.ts reads them. */
  images?: readonly string[] | undefined;
  /** Fields of Kubernetes' Volume, such as `configMap`. */
  volumes?: readonly string[] | undefined;
  /** `NAME` or `NAMESPACE/NAME`, with `*`. */
  secrets?: readonly string[] | undefined;
  /** Names with `*`. */
  priorityClasses?: readonly string[] | undefined;
}

/** What holds where no deployment is known: everything but what the Pod Security Standard "baseline" refuses. */
export const openPolicy: Policy = { podSecurity: 'baseline' };
