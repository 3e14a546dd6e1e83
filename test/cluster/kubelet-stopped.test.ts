import { execFile } from 'node:child_process';
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
async function withoutKubelet<T>(meanwhile: () => Promise<T>): Promise<T> {
  if (lab === undefined) throw new Error('there is no lab');
  // Where all nodes are away the cluster takes no Pod from any: it needs another one.
  await run(lab, ['fake-node']);
  await run(lab, ['stop', 'kubelet']);
  try {
    return await meanwhile();
  } finally {
    await run(lab, ['start', 'kubelet']);
  }
}

const gives = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 });

test.skipIf(lab === undefined)(
  'the node’s kubelet dies: the run ends as node_lost, with its log, and is tried again',
  { timeout: 300_000 },
  async () => {
    const script = 'echo "try $TRY"; [ "$TRY" = 2 ] || { echo began; sleep 600; }';
    const more = {
      env_vars: { TRY: '{{ ti.try_number }}' },
      tolerations: ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(gives),
      termination_grace_period: 1,
      schedule_timeout_seconds: 120,
    };
    await deployment.publishTask(shellTask('lost', script, more));
    const attempt = firstAttempt('lost');
    await deployment.waitForObject(attemptObjects(attempt).segment('base', 1), 60_000);
    // The node is not ready after 40 to 50 s, and its Pods are deleted then.
    const outcome = await withoutKubelet(() => deployment.waitForOutcome(attempt, 150_000));
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: 'node_lost',
      class: 'infrastructure',
      exit_code: null,
      retry: { try_number: 2, budget: 'infrastructure' },
      last_lines: { container: 'base' },
    });
    const lines = logLines((await deployment.readLog(attempt, 'base')) ?? '');
    expect(lines.slice(0, 2)).toEqual(['try 1', 'began']);
    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/^\[taskpod\] the log could not be read to its end: /),
    ]);
    expect(outcome.containers[0]?.log_gaps).toBe(1);

    const second = { ...attempt, tryNumber: 2 };
    expect(await deployment.waitForOutcome(second, 100_000)).toMatchObject({ state: 'success' });
    expect(logLines((await deployment.readLog(second, 'base')) ?? '')).toEqual(['try 2']);
    await waitFor(
      async () => {
        const open = await deployment.bucket.list('open/');
        return open.length + (await deployment.namespace.pods()).length === 0 || undefined;
      },
      { what: 'Pods and markers to be gone', withinMs: 60_000, explain: () => deployment.explain() },
    );
  },
);
