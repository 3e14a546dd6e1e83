import type { Env } from '../../shared/config.ts';
import { errorMessage } from '../../shared/errors.ts';
import { knownDeployment } from '../prepare-here.ts';
import type { Settings } from '../settings.ts';
import { checkCluster } from './check-cluster.ts';
import { checkDeadLetters } from './check-dead-letters.ts';
import { checkPush } from './check-push.ts';
import { checkBucket, checkClock } from './check-storage.ts';
import { checkSweep } from './check-sweep.ts';
import { checkTopic } from './check-topics.ts';
import type { Facts } from './facts.ts';
import { type Finding, failed, ok, skipped } from './finding.ts';
import { surroundingsOf } from './surroundings.ts';

/** diagnose judges all facts; what it finds is in the order in which things are set up. */
export function diagnose(facts: Facts, settings: Settings, env: Env): Finding[] {
  const surroundings = surroundingsOf(settings);
  const { topics, pushes, deadLetters, storage, clusters } = facts;
  const deadLetterTopics = pushes.flatMap(({ subscriptions }) =>
    subscriptions.kind === 'known'
      ? subscriptions.value.map(each => each.facts.deadLetterTopic).filter(topic => topic !== '')
      : [],
  );
  return [
    checkConfiguration(env, settings),
    ...topics.flatMap(topic => checkTopic(topic, surroundings)),
    ...pushes.flatMap(push => checkPush(push, surroundings)),
    checkDeadLetters(deadLetters, deadLetterTopics),
    ...checkBucket(settings.bucket, storage, surroundings),
    checkClock(storage),
    ...checkSweep(storage, settings.watchTopic),
    ...clusters.flatMap(cluster => checkCluster(cluster, surroundings)),
    ...(clusters.length === 0 ? [noCluster] : []),
  ];
}

const noCluster = skipped(
  'cluster.reachable',
  'no cluster is known here',
  'Set TASKPOD_CLUSTER, or run "taskpod init".',
);

/** checkConfiguration reads what is known here of the functions' settings as they do. */
function checkConfiguration(env: Env, settings: Settings): Finding {
  try {
    knownDeployment(env, settings);
    return ok('configuration', 'the settings of the functions that are known here are right');
  } catch (error) {
    return failed(
      'configuration',
      `the functions would refuse to start: ${errorMessage(error)}`,
      'Set the variables as docs/configuration.md says.',
    );
  }
}
