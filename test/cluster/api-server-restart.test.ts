import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { clusterEnvironment } from './support/environment.ts';
import { firstAttempt, logLines, shellTask } from './support/run-task.ts';
import { waitFor } from './support/wait.ts';

const { lab } = clusterEnvironment();
const run = promisify(execFile);

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.startAll();
});
afterAll(() => deployment.stop());

/** The program that stops a part of the cluster belongs to the lab; another cluster has no such switch. */
async function stopApiServer(seconds: number): Promise<void> {
  if (lab === undefined) throw new Error('there is no lab');
  await run(lab, ['stop', 'apiserver']);
  try {
    await sleep(seconds * 1_000);
  } finally {
    await run(lab, ['start', 'apiserver']);
  }
}

test.skipIf(lab === undefined)(
  'the API server is away for 10 s during two runs: nothing is lost',
  async () => {
    const speak =
      'i=0; while [ $i -lt 150 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done; echo $i > /airflow/xcom/return.json';
    await deployment.publishTask(shellTask('during', speak, { do_xcom_push: true }));
    const during = firstAttempt('during');
    await deployment.waitForObject(attemptObjects(during).running, 60_000);
    const away = stopApiServer(10);
    // Published while the API server is away: launch answers 503, and Pub/Sub comes again.
    await sleep(2_000);
    await deployment.publishTask(shellTask('meanwhile', 'echo here'));
    await away;

    const [first, second] = await Promise.all([
      deployment.waitForOutcome(during, 120_000),
      deployment.waitForOutcome(firstAttempt('meanwhile'), 120_000),
    ]);
    expect([first.state, first.containers[0]?.log_gaps, second.state]).toEqual(['success', 0, 'success']);
    const log = logLines((await deployment.readLog(during, 'base')) ?? '');
    expect(log).toEqual(Array.from({ length: 150 }, (_, index) => `line ${index + 1}`));
    expect((await deployment.bucket.read(attemptObjects(during).xcom))?.toString()).toBe('150\n');
    expect(logLines((await deployment.readLog(firstAttempt('meanwhile'), 'base')) ?? '')).toEqual(['here']);

    await waitFor(
      async () => {
        const open = await deployment.bucket.list('open/');
        return open.length + (await deployment.namespace.pods()).length === 0 || undefined;
      },
      { what: 'Pods and markers to be gone', withinMs: 60_000, explain: () => deployment.explain() },
    );
    const calls = await deployment.audit();
    const made = calls?.filter(
      call => call.verb === 'create' && call.resource === 'pods' && call.status === 201,
    );
    expect(made?.length).toBe(2);
  },
);
