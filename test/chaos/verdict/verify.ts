import type { ChaosTask } from '../tasks/chaos-task.ts';
import type { Evidence, Violation } from './evidence.ts';
import { type Case, readCase } from './read-runs.ts';
import {
  cancellationsAreKept,
  endsAreExpected,
  everyRunEnds,
  oneAttemptAtATime,
  retriesAreExpected,
} from './rules/ends.ts';
import { everythingIsTold, nothingElseIsTold, repetitionsAreTheSame } from './rules/events.ts';
import { noSecretLeaves, nothingIsLeft, podsHadDeadlines } from './rules/leftovers.ts';
import { logsAreWhole, piecesMakeTheLog } from './rules/logs.ts';
import { claimBeforePost, onePodPerAttempt, outcomeBeforeDeletion, podsAreGone } from './rules/pods.ts';
import { problemsAreTold, straysAreKept } from './rules/rejections.ts';
import { resultsAreWhole } from './rules/results.ts';

export type { Evidence, Violation } from './evidence.ts';

const rules: readonly ((seen: Case) => Violation[])[] = [
  ({ unreadable }) => unreadable,
  onePodPerAttempt,
  claimBeforePost,
  outcomeBeforeDeletion,
  podsAreGone,
  everyRunEnds,
  endsAreExpected,
  cancellationsAreKept,
  retriesAreExpected,
  oneAttemptAtATime,
  logsAreWhole,
  piecesMakeTheLog,
  resultsAreWhole,
  everythingIsTold,
  repetitionsAreTheSame,
  nothingElseIsTold,
  straysAreKept,
  problemsAreTold,
  nothingIsLeft,
  podsHadDeadlines,
  noSecretLeaves,
];

/**
 * verify judges a run that is over, from what it has left alone: what was asked of the API server, what lies in the bucket, which
 * events came, which Pods are there. Gives all that is not as it has to be; nothing, when all is well. Pure.
 */
export function verify(tasks: readonly ChaosTask[], evidence: Evidence): Violation[] {
  const seen = readCase(tasks, evidence);
  return rules.flatMap(rule => rule(seen));
}
