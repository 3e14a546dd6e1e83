import { diagnose } from '../../../cli/doctor/diagnose.ts';
import type { Facts, RightsFacts, Unknown } from '../../../cli/doctor/facts.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { objectPermissions } from '../../../cli/doctor/object-permissions.ts';
import { askedRights } from '../../../cli/doctor/rights.ts';
import type { Settings } from '../../../cli/settings.ts';
import type { Env } from '../../../shared/config.ts';
import type { SubscriptionFacts } from '../../../shared/ports/inspect.ts';

export const launch = 'launch@p.iam.gserviceaccount.com';
export const watch = 'watch@p.iam.gserviceaccount.com';
export const cluster = 'projects/p/locations/l/clusters/c';
export const nowMs = Date.parse('2026-11-28T12:00:00Z');

/** A deployment as Terraform makes it. */
export const settings: Settings = {
  source: 'file',
  bucket: 'b-1',
  tasksTopic: 'projects/p/topics/tasks',
  watchTopic: 'projects/p/topics/watch',
  eventsTopic: 'projects/p/topics/events',
  deadLettersSubscription: 'projects/p/subscriptions/dead',
  launchSubscription: 'projects/p/subscriptions/launch',
  watchSubscription: 'projects/p/subscriptions/watch',
  launchServiceAccount: launch,
  watchServiceAccount: watch,
  kubeconfig: undefined,
  storageHost: undefined,
  pubsubHost: undefined,
  defaultNamespace: 'n',
  namespaces: ['n'],
  defaultCluster: cluster,
  clusters: [cluster],
};

/** The same on servers of this machine. */
export const localSettings: Settings = {
  ...settings,
  source: 'local',
  storageHost: 'http://127.0.0.1:1',
  pubsubHost: 'http://127.0.0.1:2',
  launchServiceAccount: undefined,
  watchServiceAccount: undefined,
  deadLettersSubscription: undefined,
};

export function known<T>(value: T): { kind: 'known'; value: T } {
  return { kind: 'known', value };
}

export function unknown(kind: Unknown['kind'], action?: string): Unknown {
  return { kind, message: 'why', action };
}

const dead = 'projects/p/topics/dead';
const agent = 'serviceAccount:service-12@gcp-sa-pubsub.iam.gserviceaccount.com';

function subscription(name: string, topic: string): SubscriptionFacts {
  return {
    name: `projects/p/subscriptions/${name}`,
    topic: `projects/p/topics/${topic}`,
    state: 'ACTIVE',
    pushEndpoint: `https://${name}.run.app`,
    pushAccount: 'push@p.iam.gserviceaccount.com',
    ackDeadlineSeconds: 600,
    deadLetterTopic: dead,
    hasRetryPolicy: true,
    expiresAfter: '',
  };
}

/** Rights as they should be, and those of `more` beside them. */
export function rights(part: 'launch' | 'watch'): RightsFacts {
  const { needed, dangerous } = askedRights(part);
  return {
    part,
    asked: 'other',
    account: part === 'launch' ? launch : watch,
    answers: known([
      ...needed.map(each => ({ ...each, allowed: true })),
      ...dangerous.map(each => ({ ...each, allowed: false })),
    ]),
  };
}

/** What is learnt of a deployment in which nothing is wrong. */
export function healthy() {
  const publishers = [
    { role: 'roles/pubsub.publisher', members: [`serviceAccount:${launch}`, `serviceAccount:${watch}`] },
  ];
  const topic = <K extends 'tasks' | 'watch' | 'events'>(kind: K) => ({
    kind,
    name: `projects/p/topics/${kind}`,
    found: known<true>(true),
    mayPublish: known(true),
    bindings: known(publishers),
  });
  const push = <P extends 'launch' | 'watch'>(part: P, topic: string) => ({
    part,
    topic: `projects/p/topics/${topic}`,
    subscriptions: known([
      {
        facts: subscription(part, topic),
        bindings: known([{ role: 'roles/pubsub.subscriber', members: [agent] }]),
      },
    ]),
    deadLetterBindings: known([{ role: 'roles/pubsub.publisher', members: [agent] }]),
  });
  return {
    topics: [topic('tasks'), topic('watch'), topic('events')],
    pushes: [push('launch', 'tasks'), push('watch', 'watch')],
    deadLetters: known({ ...subscription('dead', 'dead'), pushEndpoint: '' }),
    storage: {
      bucket: known({ uniformAccess: true, publicAccessPrevention: 'enforced' }),
      granted: known<string[]>([...objectPermissions]),
      bindings: known([
        {
          role: 'roles/storage.objectUser',
          members: [`serviceAccount:${launch}`, `serviceAccount:${watch}`],
        },
      ]),
      clockAheadMs: known(400),
      sweep: known({ nowMs, leases: [], markers: [] }),
    },
    clusters: [
      {
        name: cluster,
        version: known('v1.34.2'),
        namespaces: [
          {
            name: 'n',
            found: known<true>(true),
            rights: { launch: rights('launch'), watch: rights('watch') },
          },
        ],
      },
    ],
  } satisfies Facts;
}

/** What is found that is not found where nothing is wrong. */
export function changed(facts: Facts, at: Settings = settings, env: Env = {}): Finding[] {
  const usual = new Set(diagnose(healthy(), settings, {}).map(finding => JSON.stringify(finding)));
  return diagnose(facts, at, env).filter(finding => !usual.has(JSON.stringify(finding)));
}
