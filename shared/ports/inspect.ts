/** A role, and who has it: `user:a@b`, `serviceAccount:c@d`, `group:...`, `allUsers`. */
export interface Binding {
  role: string;
  members: string[];
}

/** A subscription, as far as it is looked at. */
export interface SubscriptionFacts {
  /** `projects/P/subscriptions/S`. */
  name: string;
  /** `projects/P/topics/T`, or `_deleted-topic_`. */
  topic: string;
  /** `ACTIVE`, or `RESOURCE_ERROR` when it delivers nothing. */
  state: string;
  /** Empty for a pull subscription. */
  pushEndpoint: string;
  /** The account whose OIDC token a push carries; empty when it carries none. */
  pushAccount: string;
  ackDeadlineSeconds: number;
  /** Empty when there is no dead letter policy. */
  deadLetterTopic: string;
  hasRetryPolicy: boolean;
  /** How long it may be idle, such as `2678400s`; empty: for ever; undefined: the server does not tell. */
  expiresAfter: string | undefined;
}

/**
 * Looks at topics and subscriptions by their full names, and changes nothing. Errors: `pubsub_unavailable` (retryable), and
 * `pubsub_refused` with the status: 404 where there is none, 403, 501 where the server has no such method.
 */
export interface PubsubInspector {
  readTopic(topic: string, signal: AbortSignal): Promise<void>;
  /** Names of the subscriptions to a topic. */
  listSubscriptions(topic: string, signal: AbortSignal): Promise<string[]>;
  readSubscription(subscription: string, signal: AbortSignal): Promise<SubscriptionFacts>;
  /** Those of the permissions that this identity has on a topic or subscription. */
  granted(resource: string, permissions: readonly string[], signal: AbortSignal): Promise<string[]>;
  /** Roles that are given on the topic or subscription itself. */
  bindings(resource: string, signal: AbortSignal): Promise<Binding[]>;
}

/** A bucket, as far as it is looked at. */
export interface BucketFacts {
  uniformAccess: boolean;
  /** `enforced`, or `inherited`: what the project and the organization say. */
  publicAccessPrevention: string;
}

/** Looks at one bucket, and changes nothing. Errors: `storage_unavailable` (retryable), `storage_refused` with the status. */
export interface BucketInspector {
  read(signal: AbortSignal): Promise<BucketFacts>;
  granted(permissions: readonly string[], signal: AbortSignal): Promise<string[]>;
  bindings(signal: AbortSignal): Promise<Binding[]>;
  /** The time of Cloud Storage in milliseconds since the epoch, cut to the whole second; asks for no permission. */
  time(signal: AbortSignal): Promise<number>;
}

/** Something that RBAC can allow. */
export interface Right {
  verb: string;
  /** Empty for the core group. */
  group: string;
  resource: string;
  /** Empty for the resource itself. */
  subresource: string;
}

/** Looks at one cluster, and changes nothing. Errors: `kubernetes_unavailable` (retryable), `kubernetes_refused` with the status. */
export interface ClusterInspector {
  /** As in `v1.34.2`. */
  version(signal: AbortSignal): Promise<string>;
  /** The name under which the API server knows this identity. */
  user(signal: AbortSignal): Promise<string>;
  /** Throws with status 404 when there is no such namespace. */
  readNamespace(namespace: string, signal: AbortSignal): Promise<void>;
  /** Whether the user (undefined: this identity) has a right in the namespace (empty: in all of them). */
  may(
    right: Right,
    where: { namespace: string; user: string | undefined },
    signal: AbortSignal,
  ): Promise<boolean>;
  close(): Promise<void>;
}

/** Everything through which a deployment is looked at. */
export interface Inspectors {
  pubsub: PubsubInspector;
  bucket: BucketInspector;
  /** Finds a cluster; throws what connecting to it throws. */
  cluster(name: string, signal: AbortSignal): Promise<ClusterInspector>;
}
