import { isDeepStrictEqual } from 'node:util';
import { podStays } from '../../tasks/expected.ts';
import type { Violation } from '../evidence.ts';
import { podsDeleted, podsMade } from '../pod-calls.ts';
import { type Case, closedAs, type SeenAttempt, wasStopped } from '../read-runs.ts';

/**
 * I1: at most one Pod per attempt, whoever deletes it; one more for each that was deleted from outside before a node was told to run
 * it (docs/adr/0021).
 */
export function onePodPerAttempt({ attempts, evidence }: Case): Violation[] {
  const rule = 'I1 one Pod per attempt';
  const owners = new Map<string, string>();
  return attempts.flatMap(seen => {
    const { pod, subject } = seen;
    if (pod === undefined) return [];
    const owner = owners.get(pod);
    owners.set(pod, subject);
    if (owner !== undefined) return [{ rule, subject, detail: `its Pod ${pod} is also that of ${owner}` }];
    const posts = podsMade(evidence.calls).filter(({ name }) => name === pod);
    const neverRan = evidence.deletedUnbound.filter(name => name === pod).length;
    if (posts.length > 1 + neverRan)
      return [{ rule, subject, detail: `its Pod ${pod} was made ${posts.length} times` }];
    return differentPods(seen).map(detail => ({ rule, subject, detail }));
  });
}

function differentPods({ claim, sight, outcome }: SeenAttempt): string[] {
  const uid = outcome?.pod?.uid;
  const names = new Set(
    [claim?.pod.name, sight?.name, outcome?.pod?.name].filter(name => name !== undefined),
  );
  return [
    ...(names.size > 1 ? [`its objects name the Pods ${[...names].join(' and ')}`] : []),
    ...(sight && uid && sight.uid !== uid ? [`the Pod ${sight.uid} was seen, and ${uid} has ended`] : []),
  ];
}

/**
 * I2: no Pod without a claim, which says what was published; and a Pod that has ended was seen before. The claim of a task that is
 * rejected names no Pod, nor does that of one that was cancelled before it was claimed, and no other claim is like them.
 */
export function claimBeforePost({ attempts, evidence }: Case): Violation[] {
  const rule = 'I2 claim before POST';
  const known = new Set(attempts.map(({ pod }) => pod));
  const unclaimed = [...new Set(podsMade(evidence.calls).map(({ name }) => name))]
    .filter(name => !known.has(name))
    .map(name => ({ rule, subject: `Pod ${name}`, detail: 'it was made, and no claim names it' }));
  const found = attempts.flatMap(({ task, files, subject, claim, closed, outcome }) => {
    if (!files.has('launch.json')) return [{ rule, subject, detail: 'there is no launch.json' }];
    if (closed !== undefined && task.fate?.kind !== closedAs(closed))
      return [{ rule, subject, detail: 'launch.json holds the place of a task that was to be launched' }];
    if (closed && outcome && outcome.state !== closedAs(closed))
      return [
        {
          rule,
          subject,
          detail: `launch.json says that it is ${closedAs(closed)}, and it is ${outcome.state}`,
        },
      ];
    if (claim && task.fate?.kind === 'rejected')
      return [
        { rule, subject, detail: `launch.json names the Pod ${claim.pod.name} of a task that is not valid` },
      ];
    if (claim && !isDeepStrictEqual(claim.task, task.message))
      return [{ rule, subject, detail: 'launch.json holds another task than was published' }];
    if (outcome?.pod && !files.has('pod.json'))
      return [{ rule, subject, detail: 'its Pod has ended, and there is no pod.json' }];
    return [];
  });
  return [...unclaimed, ...found];
}

/**
 * I3: the functions delete no Pod whose base container has not ended, but one that they stop, and then it is written down why. The
 * end of a container is cut to the second.
 */
export function outcomeBeforeDeletion({ attempts, evidence }: Case): Violation[] {
  const rule = 'I3 outcome before deletion';
  const deletions = podsDeleted(evidence.calls);
  return attempts.flatMap(({ subject, pod, files, closed, outcome, isDeleted }) => {
    if (outcome !== undefined && wasStopped(outcome)) {
      const why = outcome.state === 'cancelled' ? 'cancel.json' : 'stop.json';
      return closed || files.has(why)
        ? []
        : [{ rule, subject, detail: `it was stopped, and there is no ${why}` }];
    }
    const endedMs = Date.parse(outcome?.containers.find(({ name }) => name === 'base')?.ended_at ?? '');
    const early = isDeleted ? undefined : deletions.find(call => call.name === pod && call.endedMs < endedMs);
    const detail = `its Pod was deleted at ${isoOf(early?.endedMs)}, and its container ended at ${isoOf(endedMs)}`;
    return early === undefined ? [] : [{ rule, subject, detail }];
  });
}

/** Pods that have ended are there or gone as on_finish_action says; those that were deleted from outside are gone. */
export function podsAreGone({ attempts, evidence }: Case): Violation[] {
  const rule = 'Pods gone by policy';
  const left = new Set(evidence.pods);
  const known = new Set(attempts.map(({ pod }) => pod));
  const strangers = evidence.pods
    .filter(name => !known.has(name))
    .map(name => ({ rule, subject: `Pod ${name}`, detail: 'it is there, and belongs to no attempt' }));
  const found = attempts.flatMap(({ task, attempt, subject, pod, outcome, isDeleted }) => {
    if (pod === undefined || outcome === undefined) return [];
    const stays = podStays(task, attempt.tryNumber);
    if (left.has(pod) && (isDeleted || !stays))
      return [{ rule, subject, detail: `its Pod ${pod} is still there` }];
    if (!left.has(pod) && stays && !isDeleted)
      return [{ rule, subject, detail: `its Pod ${pod} is gone, and was to stay (${task.onFinishAction})` }];
    return [];
  });
  return [...strangers, ...found];
}

function isoOf(ms = Number.NaN): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : '?';
}
