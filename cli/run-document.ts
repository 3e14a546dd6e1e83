import { isClusterClaim } from '../shared/claim.ts';
import type { Outcome, State } from '../shared/outcome.ts';
import { formatRun } from '../shared/run.ts';
import type { RunState } from '../shared/run-state.ts';
import { failureRows } from './failure-text.ts';

/** A Run as `--json` shows it. */
export interface RunDocument {
  run: string;
  dag_id: string;
  run_id: string;
  task_id: string;
  map_index: number | null;
  state: State;
  /** Nothing more will happen. */
  ended: boolean;
  try_number: number;
  /** Empty while there is nothing to explain. */
  reason: string;
  /** RFC 3339: when the state was entered. */
  since: string;
  pod: { cluster: string; namespace: string; name: string } | null;
  /** Only of a cluster operation. */
  gke_cluster?: NonNullable<Outcome['gke_cluster']>;
  outcome: Outcome | null;
}

/** runDocument makes the JSON document of a Run. */
export function runDocument(state: RunState): RunDocument {
  const { run, outcome } = state;
  const operation = operationOf(state);
  return {
    run: formatRun(run),
    dag_id: run.dagId,
    run_id: run.runId,
    task_id: run.taskId,
    map_index: run.mapIndex ?? null,
    state: state.state,
    ended: state.ended,
    try_number: state.tryNumber,
    reason: state.reason,
    since: state.since,
    pod: podOf(state) ?? null,
    ...(operation === undefined ? {} : { gke_cluster: operation }),
    outcome: outcome ?? null,
  };
}

/**
 * describeRun tells a Run to a person: names and values; a value of several lines has them separated by line ends. The
 * cluster is told unless it is the default one.
 */
export function describeRun(
  state: RunState,
  defaultCluster: string | undefined,
): [name: string, value: string][] {
  const { run, outcome } = state;
  const pod = podOf(state);
  const operation = operationOf(state);
  const node = outcome?.pod?.node ? ` on ${outcome.pod.node}` : '';
  const times = outcome && [
    ['queued', outcome.queued_at],
    ['scheduled', outcome.scheduled_at],
    ['started', outcome.started_at],
    ['ended', outcome.ended_at],
  ];
  const rows: [string, string | null | undefined][] = [
    ['run', formatRun(run)],
    ['state', state.ended ? state.state : `${state.state} since ${state.since}`],
    ['attempt', String(state.tryNumber)],
    ['reason', state.reason],
    ['summary', outcome?.summary],
    // Where there are problems, the detail is these in one line.
    ['detail', outcome?.problems?.length ? undefined : outcome?.detail],
    ['what to do', outcome?.action],
    ['problems', outcome?.problems?.map(formatProblem).join('\n')],
    ['exit code', outcome?.exit_code?.toString()],
    ['cluster', pod?.cluster === defaultCluster ? undefined : pod?.cluster],
    ['operation', operation && `${operation.action} ${operation.name}`],
    ['pod', pod && `${pod.namespace}/${pod.name}${node}`],
    ...(times ?? []).map(([name, time]): [string, string | null] => [name ?? '', time ?? null]),
    ...(outcome ? failureRows(outcome) : []),
    ['logs', outcome?.containers.map(formatContainer).join('\n')],
    ['xcom', outcome?.xcom && `${outcome.xcom.object} (${outcome.xcom.size} bytes)`],
  ];
  return rows.filter((row): row is [string, string] => Boolean(row[1]));
}

function podOf({ claim, outcome }: RunState): RunDocument['pod'] | undefined {
  return outcome?.pod ?? (claim !== undefined && 'pod' in claim ? claim.pod : undefined);
}

function operationOf({ claim, outcome }: RunState): Outcome['gke_cluster'] {
  if (outcome?.gke_cluster !== undefined) return outcome.gke_cluster;
  if (claim === undefined || !isClusterClaim(claim)) return undefined;
  const { action, name } = claim.gke_cluster;
  return { action, name, operation: null };
}

/** formatProblem writes one problem of a task on a line. */
export function formatProblem({ path, message }: { path: string; message: string }): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** durationText writes a time span as people read it. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function formatContainer(container: Outcome['containers'][number]): string {
  const count = container.log_gaps;
  const gaps = count === 0 ? '' : `, ${count} ${count === 1 ? 'gap' : 'gaps'}`;
  const log = container.log === null ? 'no log' : `${container.log} (${container.log_bytes} bytes${gaps})`;
  return `${container.name}: ${log}`;
}
