import { expect, test } from 'vitest';
import type { ContainerLog } from '../tasks/chaos-task.ts';
import { expectedLog, expectedLogs, expectedTries } from '../tasks/expected.ts';
import { stoppedLog } from '../tasks/log-output.ts';
import { idealEvidence } from './ideal-evidence.ts';
import { sampleStrays, sampleTasks } from './sample-tasks.ts';
import { summarize } from './summarize.ts';
import { Tamper } from './tamper.ts';

/** One that is stopped has printed two bursts by then. */
const lengthIn = (log: ContainerLog, tryNumber: number): number =>
  (log.plan.stops ? stoppedLog(log.plan, tryNumber, 2) : expectedLog(log, tryNumber)).length;

test('a summary counts what there is', () => {
  const evidence = idealEvidence(sampleTasks, sampleStrays);
  const it = new Tamper(evidence, 'done');
  evidence.events.push(...it.told('success'));
  it.untell('queued')
    .deletedFromOutside()
    .call('create', '2026-01-01T00:00:02Z', { status: 409 })
    .call('create', '2026-01-01T00:00:03Z');
  new Tamper(evidence, 'fake').remove(new Tamper(evidence, 'fake').names.outcome);
  const { objects, logs, results, ...summary } = summarize(sampleTasks, evidence);
  expect(summary).toEqual({
    runs: 13,
    kinds: { sample: 13 },
    strays: 2,
    attempts: 15,
    retries: 2,
    deletedFromOutside: 1,
    ends: {
      'cancelled cancelled': 1,
      'failed execution_timeout': 1,
      'failed exit_code': 2,
      'failed init_container_failed': 1,
      'failed start_timeout': 1,
      'failed unschedulable': 1,
      none: 1,
      'rejected invalid_task': 1,
      'skipped skipped_by_exit_code': 1,
      'success completed': 3,
      'up_for_retry exit_code': 1,
      'up_for_retry unschedulable': 1,
    },
    events: { came: 42, different: 41, repeated: 1, queuedUntold: 1 },
    posts: { created: 15, conflicts: 1, again: 1 },
  });
  const sizes = [...evidence.objects.values()].map(({ length }) => length);
  expect(objects).toEqual({ count: evidence.objects.size, bytes: sizes.reduce((a, b) => a + b) });
  const printed = sampleTasks.flatMap(task =>
    Array.from({ length: expectedTries(task) }, (_, index) =>
      expectedLogs(task).map(log => lengthIn(log, index + 1)),
    ).flat(),
  );
  // Seven containers, three lines each; the last line has no end. Two more are stopped after two lines, and print one that says so.
  expect(logs).toEqual({ compared: 9, lines: 27, bytes: printed.reduce((a, b) => a + b), gaps: 0 });
  expect(results).toEqual({ compared: 2, bytes: 2 * '[1, "Größe", ""]'.length + 2 * (20 + 2) });
});
