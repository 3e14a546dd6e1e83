import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChaosTask } from '../chaos/tasks/chaos-task.ts';
import { makeChoices } from '../chaos/tasks/choices.ts';
import { expectedTries } from '../chaos/tasks/expected.ts';
import { realKinds, realTask } from '../chaos/tasks/real-tasks.ts';
import { collectEvidence } from '../chaos/verdict/collect.ts';
import { summarize } from '../chaos/verdict/summarize.ts';
import { verify } from '../chaos/verdict/verify.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { waitFor } from './support/wait.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.startAll();
});
afterAll(() => deployment.stop());

/** One of each kind, with the outputs that are hardest to bring over: long lines, and a last line without an end. */
const tasks: ChaosTask[] = [...new Set(realKinds)].map(kind => {
  const choices = makeChoices(1, kind);
  const key = { dagId: 'chaos (ä) 1/2%', runId: 'r1', taskId: kind };
  return realTask(kind, key, choices);
});

test('every kind of task of a chaos run does what is expected of it, when there is no chaos', async ({
  skip,
}) => {
  if ((await deployment.audit()) === undefined) skip('there is no audit log');
  for (const { message } of tasks) await deployment.publishTask(message);
  const attempts = tasks.reduce((sum, task) => sum + expectedTries(task), 0);
  await waitFor(
    async () => {
      const objects = await deployment.bucket.list();
      const left = objects.filter(({ name }) => /^(open|leases)\//.test(name));
      const outcomes = objects.filter(({ name }) => name.endsWith('/outcome.json'));
      return (left.length === 0 && outcomes.length >= attempts) || undefined;
    },
    { what: 'all tasks to end', withinMs: 170_000, explain: () => deployment.explain() },
  );
  const evidence = await collectEvidence(deployment, { deleted: [], neverBound: [], strays: [] });
  expect(verify(tasks, evidence)).toEqual([]);
  const { runs, attempts: made, logs } = summarize(tasks, evidence);
  expect({ runs, made, gaps: logs.gaps }).toEqual({ runs: tasks.length, made: attempts, gaps: 0 });
});
