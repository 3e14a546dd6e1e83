import type { Command } from '@commander-js/extra-typings';
import { Option } from '@commander-js/extra-typings';
import { type State, states } from '../../shared/outcome.ts';
import { formatRun } from '../../shared/run.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { type ListedRun, listRuns } from '../list-runs.ts';
import { type Cell, renderTable, stateCell } from '../render.ts';
import { durationText, runDocument } from '../run-document.ts';
import type { Sink } from '../sink.ts';
import { type Runner, wholeNumber } from './common.ts';

const head = ['RUN', 'STATE', 'TRY', 'QUEUED', 'TOOK', 'REASON'];

interface ListCommandOptions {
  dag?: string | undefined;
  run?: string | undefined;
  state?: State | undefined;
  limit: number;
  json?: true | undefined;
}

/** addList adds `taskpod list`. */
export function addList(program: Command, run: Runner): void {
  program
    .command('list')
    .description('list runs, the newest first')
    .option('--dag <dag_id>', 'only the runs of this DAG; with many runs much faster')
    .option('--run <run_id>', 'only the runs with this run_id')
    .addOption(new Option('--state <state>', 'only the runs in this state').choices(states))
    .option('--limit <number>', 'at most so many', text => wholeNumber(text, 1, 100_000), 20)
    .option('--json', 'print one JSON document')
    .action(options => run(options, context => list(options, context)));
}

async function list(options: ListCommandOptions, context: Context): Promise<number> {
  const { out, err, signal } = context;
  const settings = await context.settings();
  const store = await context.store(settings);
  const { dag: dagId, run: runId, state, limit } = options;
  const runs = await listRuns(store, { dagId, runId, state, limit, signal });
  if (options.json) {
    const documents = runs.map(({ state, queuedAt }) => ({ ...runDocument(state), queued_at: queuedAt }));
    await out.write(`${JSON.stringify(documents)}\n`);
  } else if (runs.length > 0) {
    await out.write(table(runs, settings.defaultCluster, out));
  } else if (out.terminal) {
    await err.write('No runs. Submit a task with "taskpod submit FILE".\n');
  }
  return exitCodes.success;
}

/** With a column for the cluster where there is more than one. */
function table(runs: readonly ListedRun[], defaultCluster: string | undefined, out: Sink): string {
  const clusters = new Set([defaultCluster, ...runs.map(clusterOf)].filter(cluster => cluster !== undefined));
  if (clusters.size < 2) return renderTable(head, runs.map(row), out);
  const rows = runs.map(run => [...row(run), { text: clusterOf(run) ?? '-' }]);
  return renderTable([...head, 'CLUSTER'], rows, out);
}

/** Known when the run's Pod has ended. */
function clusterOf({ state }: ListedRun): string | undefined {
  return state.outcome?.pod?.cluster;
}

function row({ state, queuedAt }: ListedRun): Cell[] {
  const { outcome } = state;
  const took =
    outcome?.started_at && outcome.ended_at
      ? durationText(Date.parse(outcome.ended_at) - Date.parse(outcome.started_at))
      : '-';
  return [
    { text: formatRun(state.run) },
    stateCell(state.state),
    { text: String(state.tryNumber) },
    { text: queuedAt.replace(/\.\d+Z$/, 'Z') },
    { text: took },
    { text: state.reason || '-' },
  ];
}
