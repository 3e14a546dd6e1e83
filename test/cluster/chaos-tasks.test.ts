import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeControlMessage } from '../../shared/control-message.ts';
import type { ChaosTask } from '../chaos/tasks/chaos-task.ts';
import { makeChoices } from '../chaos/tasks/choices.ts';
import { expectedTries } from '../chaos/tasks/expected.ts';
import { taskOf } from '../chaos/tasks/plan-tasks.ts';
import { realKinds } from '../chaos/tasks/real-tasks.ts';
import { strayMessage } from '../chaos/tasks/strays.ts';
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
const kinds = [...realKinds, 'rejected', 'cancelled', 'no-node', 'no-start', 'too-long'] as const;
const tasks: ChaosTask[] = [...new Set(kinds)].map(kind =>
  taskOf(kind, { dagId: 'chaos (ä) 1/2%', runId: 'r1', taskId: kind }, makeChoices(1, kind)),
);

async function publish({ message, fate, ...run }: ChaosTask): Promise<void> {
  await deployment.publishTask(message);
  if (fate?.kind !== 'cancelled') return;
  await sleep(fate.afterMs);
  await deployment.publishTask(writeControlMessage({ kind: 'cancel', run }));
}

test('every kind of task of a chaos run does what is expected of it, when there is no chaos', async ({
  skip,
}) => {
  if ((await deployment.audit()) === undefined) skip('there is no audit log');
  await Promise.all(tasks.map(publish));
  const strays = await deployment.publishTask(strayMessage(1, makeChoices(1)).data);
  const attempts = tasks.reduce((sum, task) => sum + expectedTries(task), 0);
  await waitFor(
    async () => {
      const objects = await deployment.bucket.list();
      const left = objects.filter(({ name }) => /^(open|leases)\//.test(name));
      const outcomes = objects.filter(({ name }) => /\/outcome\.json$|^rejected\//.test(name));
      return (left.length === 0 && outcomes.length >= attempts + strays.length) || undefined;
    },
    { what: 'all tasks to end', withinMs: 170_000, explain: () => deployment.explain() },
  );
  const evidence = await collectEvidence(deployment, { deletedFromOutside: [], deletedUnbound: [], strays });
  expect(verify(tasks, evidence)).toEqual([]);
  const { runs, attempts: made, logs } = summarize(tasks, evidence);
  expect({ runs, made, gaps: logs.gaps }).toEqual({ runs: tasks.length, made: attempts, gaps: 0 });
});
