import { attemptOf } from '../../shared/attempt-record.ts';
import type { Claim } from '../../shared/claim.ts';
import { classifyRefusal, isQuotaExceeded } from '../../shared/diagnosis/refusal.ts';
import { TaskpodError } from '../../shared/errors.ts';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import type { CreateResult } from '../../shared/ports/pods.ts';
import { readOutcome } from '../../shared/read-outcome.ts';
import { buildPod } from './build-pod.ts';
import type { ComposedPod } from './compose/compose-pod.ts';
import type { StartDeps } from './deps.ts';
import { type Trace, verifyAbsence } from './verify-absence.ts';

/** How long a proof that no Pod has come and gone may be acted upon; docs/adr/0002. */
const maxProofAgeMs = 1_000;

/** An API server that has just begun answers so until it knows the Roles; it took part of a second to a few on a busy machine. */
const forbiddenMs = 10_000;
const forbiddenAgainMs = 2_000;

/** POSTs and verifications of one delivery; Pub/Sub delivers again. */
const maxRounds = 4;

/** What became of the attempt's Pod. */
export type PodStart =
  | { kind: 'created' }
  /** It came after the attempt's end, and is deleted again. */
  | { kind: 'late' }
  | Extract<CreateResult, { kind: 'refused' }>
  | Exclude<Trace, { kind: 'nothing' }>;

/**
 * startPod posts the Pod of a claimed attempt, once and only shortly after the proof that it has never been there:
 * `provenAt` (monotonic milliseconds) of a claim made just now, or undefined for a claim that was found. A 409 is looked
 * into; that launch may not create Pods is believed when it is still said after {@link forbiddenMs}. Throws a retryable error when the API
 * server does not answer, or too slowly to rely on a proof.
 */
export async function startPod(
  claim: Claim,
  pod: ComposedPod,
  provenAt: number | undefined,
  deps: StartDeps,
  signal: AbortSignal,
): Promise<PodStart> {
  const believedAt = deps.clock.monotonicMs() + forbiddenMs;
  let start = await postOnce(claim, pod, provenAt, deps, signal);
  while (start.kind === 'refused' && isForbidden(start) && deps.clock.monotonicMs() < believedAt) {
    const refused = start;
    await deps.clock.sleep(forbiddenAgainMs, signal);
    start = await postOnce(claim, pod, undefined, deps, signal).catch(error => {
      // Whoever may not look for the Pod may not create it either.
      if (error instanceof TaskpodError && error.status === 403) return refused;
      throw error;
    });
  }
  return start;
}

function isForbidden(refused: Extract<CreateResult, { kind: 'refused' }>): boolean {
  return classifyRefusal(refused).reason === 'forbidden';
}

async function postOnce(
  claim: Claim,
  pod: ComposedPod,
  provenAt: number | undefined,
  deps: StartDeps,
  signal: AbortSignal,
): Promise<PodStart> {
  const { namespace, name } = claim.pod;
  const manifest = buildPod({ pod, record: claim.record, namespace, name });
  let proof = provenAt;
  let unheardAt: number | undefined;
  for (let round = 0; round < maxRounds; round++) {
    if (proof === undefined || deps.clock.monotonicMs() - proof >= maxProofAgeMs) {
      const trace = await verifyAbsence(claim, deps, signal, unheardAt);
      if (trace.kind !== 'nothing') return trace;
      ({ provenAt: proof, unheardAt } = trace);
    } else {
      const result = await deps.pods.create(namespace, manifest, signal);
      if (result.kind === 'created') {
        return { kind: (await removeIfLate(result.pod, claim, deps, signal)) ? 'late' : 'created' };
      }
      if (result.kind === 'refused') {
        waitForQuota(result, claim, deps);
        return result;
      }
      // There was a Pod just now: what is known of before says nothing of it.
      proof = undefined;
      unheardAt = undefined;
    }
  }
  throw new TaskpodError('kubernetes_unavailable', `Pod ${namespace}/${name} could not be posted in time`, {
    retryable: true,
    action: 'The message is delivered again. If this goes on, see whether storage or API server are slow.',
  });
}

/** A full quota is waited for until the schedule deadline, in Pub/Sub: other Pods' ends make room. */
function waitForQuota(
  refused: Extract<CreateResult, { kind: 'refused' }>,
  { record }: Claim,
  { clock }: Pick<StartDeps, 'clock'>,
): void {
  if (!isQuotaExceeded(refused) || clock.now() >= Date.parse(record.schedule_deadline_at)) return;
  throw new TaskpodError('kubernetes_unavailable', refused.message, {
    retryable: true,
    status: refused.status,
  });
}

/**
 * A POST may be held up on its way until its attempt has ended and the Pod's name is free again: then the Pod that it
 * makes is not the outcome's, and goes at once (docs/adr/0002). Nobody else would look after it: its marker is gone.
 */
async function removeIfLate(pod: Pod, claim: Claim, deps: StartDeps, signal: AbortSignal): Promise<boolean> {
  const outcome = await readOutcome(deps.store, attemptOf(claim.record), signal);
  const { uid } = pod.metadata;
  if (outcome === undefined || outcome.pod?.uid === uid) return false;
  await deps.pods.remove(claim.pod.namespace, claim.pod.name, { uid, signal });
  return true;
}
