import { attemptOf } from '../../../shared/attempt-record.ts';
import type { ClusterClaim } from '../../../shared/claim.ts';
import { attemptLabel, attemptLabelKey, type SentOperation } from '../../../shared/cluster-operation.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { GkeOperation, RefusedOperation } from '../../../shared/ports/cluster-operations.ts';
import { isoTime } from '../../../shared/time.ts';
import type { LaunchDeps } from '../deps.ts';
import { labelledBody } from './operation-request.ts';

/** The clocks of Google and of this process may differ by so much. */
const skewMs = 10_000;

/** A cluster that comes and goes while it is asked for is left to the next delivery. */
const maxRounds = 3;

/** What became of a request. */
export type Sending = { kind: 'sent'; sent: SentOperation } | RefusedOperation;

type SendDeps = Pick<LaunchDeps, 'operations' | 'clock' | 'settings'>;

/**
 * sendOperation asks GKE for what a claim says. A creation that answers "exists" is perhaps our own: its label tells (invariant I1). Throws a
 * retryable error while something else goes on with the cluster, until the attempt's deadline.
 */
export async function sendOperation(
  claim: ClusterClaim,
  body: Record<string, unknown>,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<Sending> {
  return claim.gke_cluster.action === 'create'
    ? sendCreation(claim, body, deps, signal)
    : sendDeletion(claim, deps, signal);
}

async function sendCreation(
  claim: ClusterClaim,
  body: Record<string, unknown>,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<Sending> {
  const { name } = claim.gke_cluster;
  const labelled = labelledBody(body, labelOf(claim, deps));
  for (let round = 0; round < maxRounds; round++) {
    const answer = await deps.operations.create(name, labelled, signal);
    if (answer.kind === 'refused') return answer;
    if (answer.kind === 'started') return sent('started', answer.operation, deps);
    const cluster = await deps.operations.read(name, signal);
    if (cluster?.labels[attemptLabelKey] === labelOf(claim, deps)) {
      return sent('started', await newestOf(claim, deps, signal), deps);
    }
    if (cluster?.status === 'STOPPING') return busy(claim, `${name} is being deleted`, deps);
    if (cluster !== undefined) return sent('exists', undefined, deps);
  }
  return busy(claim, `${claim.gke_cluster.name} comes and goes`, deps);
}

async function sendDeletion(claim: ClusterClaim, deps: SendDeps, signal: AbortSignal): Promise<Sending> {
  const { name } = claim.gke_cluster;
  const answer = await deps.operations.remove(name, signal);
  if (answer.kind === 'absent') return sent('absent', undefined, deps);
  if (answer.kind === 'started') return sent('started', answer.operation, deps);
  // GKE refuses a deletion, with 400, while another operation changes the cluster: perhaps a deletion.
  const operations = await deps.operations.listOperations(name, signal);
  const running = operations.find(({ status }) => status !== 'DONE');
  if (running?.type === 'DELETE_CLUSTER') return sent('started', running, deps);
  return running === undefined ? answer : busy(claim, answer.message, deps);
}

/**
 * findOperation looks for the operation of a claim whose request may have been sent (invariant I2): of its kind, on its cluster, not older
 * than the claim. Of a cluster that exists, the label tells whether it is ours; another's deletion is as good as our own.
 */
export async function findOperation(
  claim: ClusterClaim,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<SentOperation | undefined> {
  const found = await newestOf(claim, deps, signal);
  if (found === undefined) return undefined;
  if (claim.gke_cluster.action === 'create') {
    const cluster = await deps.operations.read(claim.gke_cluster.name, signal);
    if (cluster !== undefined && cluster.labels[attemptLabelKey] !== labelOf(claim, deps)) return undefined;
  }
  return document('started', found, deps);
}

async function newestOf(
  { gke_cluster, record }: ClusterClaim,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<GkeOperation | undefined> {
  const type = gke_cluster.action === 'create' ? 'CREATE_CLUSTER' : 'DELETE_CLUSTER';
  const sinceMs = Date.parse(record.queued_at) - skewMs;
  const operations = await deps.operations.listOperations(gke_cluster.name, signal);
  return operations.find(found => found.type === type && Date.parse(found.startedAt) >= sinceMs);
}

/** What only time mends is waited for in Pub/Sub, until the attempt's deadline. */
function busy({ record }: ClusterClaim, message: string, { clock }: SendDeps): RefusedOperation {
  if (clock.now() >= Date.parse(record.total_deadline_at ?? '')) {
    return { kind: 'refused', status: 409, message };
  }
  throw new TaskpodError('cluster_unavailable', message, {
    retryable: true,
    action: 'The message is delivered again until the attempt’s deadline. Wait, or cancel the run.',
  });
}

function labelOf({ record }: ClusterClaim, { settings }: SendDeps): string {
  return attemptLabel(attemptOf(record), settings.bucket);
}

function sent(kind: SentOperation['kind'], operation: GkeOperation | undefined, deps: SendDeps): Sending {
  return { kind: 'sent', sent: document(kind, operation, deps) };
}

function document(
  kind: SentOperation['kind'],
  operation: GkeOperation | undefined,
  { clock }: SendDeps,
): SentOperation {
  const at = operation?.startedAt || isoTime(clock.now());
  return { version: 1, kind, operation: operation?.name ?? null, at };
}
