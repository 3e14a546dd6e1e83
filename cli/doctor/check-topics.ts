import type { Part, TopicFacts } from './facts.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { isGiven, type Surroundings } from './surroundings.ts';
import { unlearnt } from './unlearnt.ts';

/** Which functions publish on a topic. */
const publishers: Record<TopicFacts['kind'], readonly Part[]> = {
  tasks: ['watch'],
  watch: ['launch', 'watch'],
  events: ['launch', 'watch'],
};

/** The roles that allow it. https://cloud.google.com/pubsub/docs/access-control#roles */
const publisherRoles = ['roles/pubsub.publisher', 'roles/pubsub.editor', 'roles/pubsub.admin'];

/** checkTopic says whether a topic is there, and whether those who publish on it may. */
export function checkTopic(topic: TopicFacts, surroundings: Surroundings): Finding[] {
  const { kind, name, found } = topic;
  if (name === undefined) {
    const variable = `TASKPOD_${kind.toUpperCase()}_TOPIC`;
    return [
      skipped(
        'topic.exists',
        `the ${kind} topic is not known here`,
        `Set ${variable}, or run "taskpod init".`,
      ),
    ];
  }
  const about = `the ${kind} topic ${name}`;
  if (found.kind !== 'known') {
    const words = {
      about,
      ifMissing: `Create it: gcloud pubsub topics create ${name}. Or correct its name.`,
      ifRefused: `Let somebody run this who has the role Pub/Sub Viewer on ${name}.`,
    };
    return [unlearnt('topic.exists', found, words)];
  }
  return [
    ok('topic.exists', `${about} exists`),
    ...(kind === 'tasks' ? [ownPublish(topic, name)] : []),
    ...publishers[kind].flatMap(part => publisher(topic, name, surroundings.accounts[part])),
  ];
}

function ownPublish({ mayPublish }: TopicFacts, name: string): Finding {
  const about = `whether you may publish on ${name}`;
  const mend = `gcloud pubsub topics add-iam-policy-binding ${name} --role=roles/pubsub.publisher --member=user:YOU`;
  if (mayPublish.kind !== 'known') return unlearnt('topic.publish', mayPublish, { about, ifRefused: mend });
  return mayPublish.value
    ? ok('topic.publish', `you may publish on ${name}`)
    : failed('topic.publish', `you may not publish on ${name}`, `To submit tasks: ${mend}`);
}

/** A role of the project or of a folder is not seen here, so that none is a warning. */
function publisher({ bindings }: TopicFacts, name: string, account: string | undefined): Finding[] {
  if (account === undefined) return [];
  if (bindings.kind !== 'known') {
    const ifRefused = `Let somebody run this who has pubsub.topics.getIamPolicy on ${name}.`;
    return [
      unlearnt('topic.publish', bindings, { about: `whether ${account} may publish on ${name}`, ifRefused }),
    ];
  }
  const member = `serviceAccount:${account}`;
  if (isGiven(bindings.value, publisherRoles, each => each === member))
    return [ok('topic.publish', `${account} may publish on ${name}`)];
  return [
    warning(
      'topic.publish',
      `${account} has no role on ${name} itself that lets it publish`,
      `Unless the project gives it one: gcloud pubsub topics add-iam-policy-binding ${name} --role=roles/pubsub.publisher --member=${member}`,
    ),
  ];
}
