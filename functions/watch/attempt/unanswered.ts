import type { Pod } from '../../../shared/kubernetes/pod.ts';

/**
 * A kubelet that is alive kills what still runs at the deletion time, which includes the grace period, and tells it within seconds.
 * The clocks of the API server and of the functions may differ by some, too.
 */
const answerMs = 20_000;

/**
 * unansweredAtMs is when a Pod that is being deleted counts as over although nobody has told its end: its node does not answer.
 * Milliseconds since the epoch; undefined: it is not being deleted.
 */
export function unansweredAtMs({ metadata }: Pod): number | undefined {
  const ms = Date.parse(metadata.deletionTimestamp ?? '');
  return Number.isNaN(ms) ? undefined : ms + answerMs;
}
