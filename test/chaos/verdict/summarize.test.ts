import { expect, test } from 'vitest';
import { expectedLog, expectedLogs, expectedTries } from '../tasks/expected.ts';
import { idealEvidence } from './ideal-evidence.ts';
import { sampleStrays, sampleTasks } from './sample-tasks.ts';
import { summarize } from './summarize.ts';
import { Tamper } from './tamper.ts';

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
    runs: 8,
    kinds: { sample: 8 },
    strays: 2,
    attempts: 9,
    retries: 1,
    deletedFromOutside: 1,
    ends: {
      'failed exit_code': 2,
      'failed init_container_failed': 1,
      none: 1,
      'rejected invalid_task': 1,
      'skipped skipped_by_exit_code': 1,
      'success completed': 2,
      'up_for_retry exit_code': 1,
    },
    events: { came: 27, different: 26, repeated: 1, queuedUntold: 1 },
    posts: { created: 9, conflicts: 1, again: 1 },
  });
  const sizes = [...evidence.objects.values()].map(({ length }) => length);
  expect(objects).toEqual({ count: evidence.objects.size, bytes: sizes.reduce((a, b) => a + b) });
  const printed = sampleTasks.flatMap(task =>
    Array.from({ length: expectedTries(task) }, (_, index) =>
      expectedLogs(task).map(log => expectedLog(log, index + 1).length),
    ).flat(),
  );
  // Seven containers, three lines each; the last line has no end.
  expect(logs).toEqual({ compared: 7, lines: 21, bytes: printed.reduce((a, b) => a + b), gaps: 0 });
  expect(results).toEqual({ compared: 2, bytes: 2 * '[1, "Größe", ""]'.length + 2 * (20 + 2) });
});
