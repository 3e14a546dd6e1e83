import { formatRun } from '../../shared/run.ts';
import { countOf } from '../commands/common.ts';
import type { MarkerFacts, StorageFacts } from './facts.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { unlearnt } from './unlearnt.ts';
import { longestWaitMs, unwatchedMarkers } from './unwatched.ts';

/** checkSweep says whether every attempt that is under way has a Turn, and whether launches come to their end. */
export function checkSweep({ sweep }: StorageFacts, watchTopic: string | undefined): Finding[] {
  if (sweep.kind !== 'known') {
    const ifRefused = 'Let somebody run this who has the role Storage Object Viewer on the bucket.';
    if (sweep.kind === 'missing') return [skipped('sweep', 'there is no bucket with open attempts')];
    return [unlearnt('sweep', sweep, { about: 'whether open attempts are watched', ifRefused })];
  }
  const { nowMs, markers } = sweep.value;
  const minutes = longestWaitMs / 60_000;
  const alone = unwatchedMarkers(sweep.value, longestWaitMs);
  const begun = alone.filter(({ claimed }) => claimed !== false);
  const waiting = alone.filter(({ claimed, attempt }) => claimed === false && attempt.tryNumber === 1);
  return [
    begun.length > 0
      ? failed(
          'sweep',
          `${countOf(begun.length, 'attempt')} without a Turn for more than ${minutes} minutes: the sweep does not come, or cannot heal; ${oldest(begun, nowMs)}`,
          `See that Cloud Scheduler publishes {"kind":"sweep"} on ${watchTopic ?? 'the watch topic'} each minute, and what the log of watch says.`,
        )
      : ok(
          'sweep',
          markers.length === 0
            ? 'no attempt is open, so that nothing tells whether the sweep comes'
            : `${countOf(markers.length, 'open attempt')}, none of them left alone`,
        ),
    waiting.length > 0
      ? warning(
          'markers',
          `${countOf(waiting.length, 'task')} whose launch has not come to an end within ${minutes} minutes; ${oldest(waiting, nowMs)}`,
          'See what the log of launch says, and look at the dead letters: "taskpod dead-letters list".',
        )
      : ok('markers', 'no task waits for its launch'),
  ];
}

function oldest([first]: readonly MarkerFacts[], nowMs: number): string {
  if (first === undefined) return '';
  const minutes = Math.round((nowMs - first.updatedMs) / 60_000);
  return `the oldest is ${formatRun(first.attempt)}, for ${countOf(minutes, 'minute')}`;
}
