import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeControlMessage } from '../../shared/control-message.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import permissions from '../../terraform/modules/namespace/permissions.json' with { type: 'json' };
import { type Deployment, startDeployment } from './harness.ts';
import { clusterEnvironment } from './support/environment.ts';
import { functionNames } from './support/identities.ts';
import { firstAttempt, runShellTask, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

const { lab } = clusterEnvironment();
let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  const launch = await deployment.startFunction('launch');
  await deployment.subscribe('tasks', launch.url, { ackDeadlineSeconds: 60 });
});
afterAll(() => deployment.stop());

/** `VERB RESOURCE` of every right of the file. */
const given = Object.fromEntries(
  functionNames.map(name => [
    name,
    permissions[name].flatMap(({ resources, verbs }) =>
      resources.flatMap(resource => verbs.map(verb => `${verb} ${resource}`)),
    ),
  ]),
);

test('a Pod that somebody deletes before a Turn has seen it is not started again', async () => {
  const { namespace } = deployment;
  const task = shellTask('unseen', 'sleep 300');
  await deployment.publishTask(task);
  const running = async () => (await namespace.pods()).find(pod => pod.status?.phase === 'Running')?.metadata;
  const pod = await waitFor(running, { what: 'the Pod to run', withinMs: 60_000 });
  await namespace.deletePod(pod.name ?? '', 0);
  await waitFor(async () => ((await namespace.pods()).length === 0 ? true : undefined), {
    what: 'the Pod to be gone',
    withinMs: 60_000,
  });
  await deployment.publishTask(task);
  const sight = await deployment.waitForObject(attemptObjects(firstAttempt('unseen')).pod, 60_000);
  expect(JSON.parse(sight.toString('utf8'))).toMatchObject({ name: pod.name, uid: pod.uid });
  expect(await namespace.pods()).toEqual([]);

  const watch = await deployment.startFunction('watch');
  await deployment.subscribe('watch', watch.url, { ackDeadlineSeconds: 600 });
});

// Without an audit log nobody knows who has asked what.
test.skipIf(lab === undefined)('launch and watch use each of their rights, and want no other', async () => {
  // A message that comes twice: launch reads the Pod. A Pod that was deleted: it has looked for events, above. A failure: watch lists its events.
  const twice = shellTask('twice', 'sleep 3; exit 1');
  await deployment.publishTask(twice, 2);
  expect((await deployment.waitForOutcome(firstAttempt('twice'), 90_000)).reason).toBe('exit_code');
  await deployment.publishTask(shellTask('cancelled', 'trap exit TERM; sleep 300 & wait'));
  await deployment.waitForObject(attemptObjects(firstAttempt('cancelled')).running, 60_000);
  const run = { dagId: 'default', runId: 'r1', taskId: 'cancelled' };
  await deployment.publishTask(writeControlMessage({ kind: 'cancel', run }));
  expect((await deployment.waitForOutcome(firstAttempt('cancelled'), 90_000)).state).toBe('cancelled');
  expect((await runShellTask(deployment, 'good', 'true')).outcome.state).toBe('success');
  await waitFor(async () => ((await deployment.namespace.pods()).length === 0 ? true : undefined), {
    what: 'the Pods to be gone',
    withinMs: 60_000,
  });

  const calls = (await deployment.audit()) ?? [];
  const used = Object.fromEntries(
    functionNames.map(name => {
      const own = calls.filter(({ username }) => username.startsWith(`${name}@`));
      return [name, [...new Set(own.map(({ verb, resource }) => `${verb} ${resource}`))]];
    }),
  );
  for (const name of functionNames) expect(used[name]?.toSorted()).toEqual(given[name]?.toSorted());
  expect(calls.filter(({ status }) => status === 403)).toEqual([]);
});

test('a task with a service account that is not on the list is refused by the admission policy, which says so', async () => {
  await deployment.namespace.createServiceAccount('builder');
  const { outcome } = await runShellTask(deployment, 'foreign', 'true', { service_account_name: 'builder' });
  expect([outcome.state, outcome.reason]).toEqual(['rejected', 'admission_refused']);
  expect(outcome.summary).toContain(`taskpod-${deployment.namespace.name}`);
  expect(outcome.detail).toContain('not one that tasks may use');
});
