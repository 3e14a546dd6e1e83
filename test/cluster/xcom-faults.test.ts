import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Deployment, startDeployment } from './harness.ts';
import { expectNoPod, logLines, runShellTask } from './support/run-task.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ TASKPOD_XCOM_MAX_BYTES: '5000' });
  await deployment.startAll();
});
afterAll(() => deployment.stop());

const file = '/airflow/xcom/return.json';
/** A JSON text of so many bytes. */
const fill = (bytes: number): string =>
  `{ printf '"'; head -c ${bytes - 2} /dev/zero | tr '\\0' x; printf '"'; } > ${file}`;
const light = { xcom_transport: 'termination_message' };

/**
 * Kills the sidecar's shell, and ends before it is started again: the frame is never printed. The brackets keep the pattern from
 * finding this script.
 */
const killSidecar = `echo 1 > ${file}
for process in /proc/[0-9]*; do
  if grep -q 'termination-lo[g]' $process/cmdline; then kill -9 \${process#/proc/}; fi
done
exit 0`;

const cases = [
  { taskId: 'too-big', script: fill(5_001), reason: 'xcom_too_big', class: 'user', detail: '5001 bytes' },
  {
    taskId: 'too-big-message',
    script: fill(4_096),
    more: light,
    reason: 'xcom_too_big',
    class: 'user',
    detail: 'at most 4095 are taken',
  },
  {
    taskId: 'invalid',
    script: `echo '{oops' > ${file}`,
    reason: 'xcom_invalid',
    class: 'user',
    detail: 'not JSON',
  },
  {
    taskId: 'invalid-message',
    script: `printf '\\377' > ${file}`,
    more: light,
    reason: 'xcom_invalid',
    class: 'user',
    detail: 'not',
  },
  {
    taskId: 'sidecar-killed',
    script: killSidecar,
    more: { pod_template_dict: { spec: { shareProcessNamespace: true } } },
    reason: 'xcom_lost',
    class: 'lost',
    detail: '',
  },
];

describe.concurrent('a result that cannot be taken', () => {
  test.each(cases)('$taskId: $reason', async ({ taskId, script, more = {}, reason, class: cls, detail }) => {
    const { attempt, outcome } = await runShellTask(deployment, taskId, `echo began\n${script}`, {
      do_xcom_push: true,
      ...more,
    });
    expect(outcome).toMatchObject({ state: 'failed', reason, class: cls, exit_code: 0, xcom: null });
    expect(outcome.detail).toContain(detail);
    expect(logLines((await deployment.readLog(attempt, 'base')) ?? '')).toEqual(['began']);
    expect(await deployment.bucket.read(attemptObjects(attempt).xcom)).toBeUndefined();
    await expectNoPod(deployment, taskId);
  });
});
