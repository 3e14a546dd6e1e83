/** Every check by its name, which stays the same, and what it is about; docs/doctor.md is compared with it. */
export const checks = {
  configuration: 'The settings that the functions would read here are right.',
  'topic.exists': 'Each of the topics for tasks, watch and events is there.',
  'topic.publish':
    'You may publish on the tasks topic; the functions’ accounts have the role on the topics that they publish on.',
  'subscription.exists':
    'Something delivers the tasks topic to launch and the watch topic to watch, and is active.',
  'subscription.topic': 'It belongs to that topic.',
  'subscription.endpoint': 'It pushes to an https address.',
  'subscription.identity':
    'It pushes with an OIDC token, so that the function need not be open to everybody.',
  'subscription.ack_deadline': 'A push may last 600 s: a Turn of watch needs it.',
  'subscription.retry_policy':
    'There is a pause between deliveries, so that an outage does not use all of them up.',
  'subscription.dead_letters':
    'A message that cannot be handled goes to a dead letter topic, and Pub/Sub may put it there.',
  'subscription.expiration': 'It never expires, however long nothing happens.',
  dead_letters:
    'The subscription to dead letters is there, is for pulling, belongs to the dead letter topic and never expires.',
  'bucket.exists': 'The bucket is there.',
  'bucket.access': 'Access is uniform: no object has permissions of its own.',
  'bucket.public': 'Public access is prevented.',
  'bucket.permissions': 'You, and the functions’ accounts, may list, read, create and delete its objects.',
  clock: 'This machine’s clock agrees with that of Cloud Storage.',
  sweep: 'No attempt that has begun is left without a Turn that watches it.',
  markers: 'No task has waited long for its launch to come to an end.',
  'cluster.reachable': 'The cluster is found, and its API server answers.',
  'cluster.namespace': 'Each namespace is there.',
  'cluster.permissions': 'Each function has its permissions in each namespace.',
  'cluster.excess': 'No function may do there what would be dangerous.',
} as const;

/** The name of a check. */
export type Check = keyof typeof checks;

/** How a check went; `skipped`: it makes no sense here, or what it needs is not known. */
export type Status = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one check has found. */
export interface Finding {
  check: Check;
  status: Status;
  /** One sentence without a full stop: about what, and how it is. */
  what: string;
  /** What to do; null where nothing is. */
  mend: string | null;
}

/** ok is a finding that needs no mending. */
export function ok(check: Check, what: string): Finding {
  return { check, status: 'ok', what, mend: null };
}

/** skipped is a check that was not made, and why. */
export function skipped(check: Check, what: string, mend: string | null = null): Finding {
  return { check, status: 'skipped', what, mend };
}

/** warning is a finding that does not keep the deployment from working. */
export function warning(check: Check, what: string, mend: string): Finding {
  return { check, status: 'warning', what, mend };
}

/** failed is a finding that has to be mended. */
export function failed(check: Check, what: string, mend: string): Finding {
  return { check, status: 'failed', what, mend };
}
