import type { Inspectors } from '../../shared/ports/inspect.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Clock } from '../../shared/time.ts';
import type { Settings } from '../settings.ts';
import type { Facts } from './facts.ts';
import { gatherCluster } from './gather-cluster.ts';
import { gatherDeadLetters, gatherPush, gatherTopic } from './gather-pubsub.ts';
import { gatherStorage } from './gather-storage.ts';
import type { LearnOptions } from './learn.ts';

/** What facts are gathered through. */
export interface GatherDeps {
  inspectors: Inspectors;
  store: ObjectStore;
  clock: Clock;
}

/** gather learns everything about a deployment at once, and changes nothing. Throws only when the signal fires. */
export async function gather(settings: Settings, deps: GatherDeps, options: LearnOptions): Promise<Facts> {
  const { pubsub } = deps.inspectors;
  const { tasksTopic, watchTopic, eventsTopic } = settings;
  const clusters = settings.clusters ?? (settings.defaultCluster ? [settings.defaultCluster] : []);
  const [topics, pushes, deadLetters, storage, clusterFacts] = await Promise.all([
    Promise.all([
      gatherTopic('tasks', tasksTopic, pubsub, options),
      gatherTopic('watch', watchTopic, pubsub, options),
      gatherTopic('events', eventsTopic, pubsub, options),
    ]),
    Promise.all([
      gatherPush({ part: 'launch', topic: tasksTopic, name: settings.launchSubscription }, pubsub, options),
      gatherPush({ part: 'watch', topic: watchTopic, name: settings.watchSubscription }, pubsub, options),
    ]),
    gatherDeadLetters(settings.deadLettersSubscription, pubsub, options),
    gatherStorage(deps, options),
    Promise.all(clusters.map(name => gatherCluster(name, settings, deps.inspectors, options))),
  ]);
  return { topics, pushes, deadLetters, storage, clusters: clusterFacts };
}
