import { expect, test } from 'vitest';
import { IdentityFinder } from '../../../cli/dead-letters/find-identity.ts';
import { readLetter } from '../../../cli/dead-letters/read-letter.ts';
import { helloTask, Launcher } from '../../functions/launch/launcher.ts';

const publishTime = '2026-11-23T09:59:59.123Z';
const operation = {
  dag_id: 'd',
  task_id: 'make',
  operator: 'gke_create_cluster',
  project_id: 'p',
  location: 'l',
  body: { name: 'nightly', initialNodeCount: 1 },
};
const { run_id: _, ...pod } = helloTask;

test.each([
  ['a Pod', pod],
  ['an operation on a cluster', operation],
])('the claim of %s tells who a dead letter without run_id was', async (_what, task) => {
  const launcher = new Launcher();
  launcher.clusterOperations = ['projects/p/locations/l/clusters/*'];
  launcher.publishTime = publishTime;
  expect(await launcher.deliver(task, 'first')).toMatchObject({ status: 204 });
  const letter = readLetter({
    ackId: 'ack',
    messageId: 'dead',
    data: Buffer.from(JSON.stringify(task)),
    attributes: {
      CloudPubSubDeadLetterSourceSubscription: 's',
      CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
      CloudPubSubDeadLetterSourceTopicPublishTime: publishTime,
    },
    publishTime: '2026-11-23T10:05:00.000Z',
  });
  const finder = new IdentityFinder(launcher.store, async () => undefined, new AbortController().signal);
  expect(await finder.find(letter)).toEqual({ messageId: 'first', publishTime });
});
