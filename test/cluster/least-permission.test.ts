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
  await deployment.startAll();
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

// Without an audit log nobody knows who has asked what.
test.skipIf(lab === undefined)('launch and watch use each of their rights, and want no other', async () => {
  // A message that comes twice: launch reads the Pod. A failure: watch lists its events.
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
