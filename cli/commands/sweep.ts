import type { Command } from '@commander-js/extra-typings';
import type { Foresight } from '../../functions/watch/foresee.ts';
import type { Foreseen, ForeseenAction } from '../../functions/watch/foreseen.ts';
import { attemptToFields } from '../../shared/attempt-fields.ts';
import { formatRun } from '../../shared/run.ts';
import { isoTime } from '../../shared/time.ts';
import type { WatchMessage } from '../../shared/watch-message.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { knownDeployment } from '../prepare-here.ts';
import { type Cell, renderTable, safe } from '../render.ts';
import { watchTopicOf } from '../settings.ts';
import type { Runner } from './common.ts';

const head = ['WHAT', 'ABOUT', 'TRY', 'WHEN', 'WHY'];

const words: Record<ForeseenAction, string> = {
  wake_turn: 'wake Turn',
  watch_pod: 'watch Pod',
  watch_operation: 'watch operation',
  finish: 'announce again',
  end_as_lost: 'end as lost',
  publish_task: 'publish task again',
  start_retry: 'start retry',
  remove_marker: 'remove marker',
  adopt_pod: 'adopt Pod',
  delete_pod: 'delete Pod',
  nothing: 'nothing yet',
  unknown: 'not known',
};

/** addSweep adds `taskpod sweep`. */
export function addSweep(program: Command, run: Runner): void {
  program
    .command('sweep')
    .description('look after everything that is open now, as Cloud Scheduler asks for each minute')
    .option('--dry-run', 'only show what the sweep and the Turns that it wakes would do now')
    .option('--json', 'print one JSON document')
    .action(options => run(options, context => sweep(options, context)));
}

async function sweep(
  { dryRun, json }: { dryRun?: true | undefined; json?: true | undefined },
  context: Context,
): Promise<number> {
  if (dryRun) return foresee(json === true, context);
  const { out, signal } = context;
  const settings = await context.settings();
  const topic = watchTopicOf(settings);
  const publisher = await context.publisher(settings);
  const message: WatchMessage = { kind: 'sweep' };
  const [id = ''] = await publisher.publish(topic, [{ data: JSON.stringify(message) }], signal);
  await out.write(json ? `${JSON.stringify({ message_id: id, topic })}\n` : `${safe(out, id)}\n`);
  return exitCodes.success;
}

async function foresee(json: boolean, context: Context): Promise<number> {
  const { out, err, env, clock, signal } = context;
  const settings = await context.settings();
  const store = await context.store(settings);
  const { bucket, namespaces, clusters } = knownDeployment(env, settings);
  // Of a deployment whose clusters are not all known here, those that are.
  const known = clusters ?? [settings.defaultCluster].filter(cluster => cluster !== undefined);
  // Only this command needs it, and it brings half of the watch function along.
  const { foreseeSweep } = await import('../../functions/watch/foresee.ts');
  const podsOf = await context.clusters(settings, known);
  const deps = { store, podsOf, clock, settings: { bucket, clusters: known, namespaces } };
  const foresight = await foreseeSweep(deps, signal);
  if (json) {
    await out.write(`${JSON.stringify(documentOf(foresight))}\n`);
    return exitCodes.success;
  }
  if (foresight.items.length > 0) await out.write(renderTable(head, foresight.items.map(row), out));
  else if (out.terminal) await err.write('Nothing is open.\n');
  for (const { cluster, namespace, error } of foresight.unseen) {
    const line = `The Pods of ${namespace} on ${cluster} were not looked at: ${error}`;
    await err.write(`${safe(err, line)}\n`);
  }
  if (known.length === 0) {
    await err.write(
      'No Pods were looked at. Set TASKPOD_CLUSTER (and TASKPOD_CLUSTERS) to your deployment’s.\n',
    );
  }
  return exitCodes.success;
}

function documentOf({ items, unseen }: Foresight) {
  return {
    items: items.map(({ action, why, scope, attempt, pod, atMs }) => ({
      action,
      why,
      scope,
      ...(attempt === undefined ? {} : { run: formatRun(attempt), ...attemptToFields(attempt) }),
      pod: pod ?? null,
      at: atMs === undefined ? null : isoTime(atMs),
    })),
    not_looked_at: unseen,
  };
}

function row({ action, why, scope, attempt, pod, atMs }: Foreseen): Cell[] {
  const when = atMs === undefined ? '-' : isoTime(atMs).replace(/\.\d+Z$/, 'Z');
  const about = attempt === undefined ? scope : formatRun(attempt);
  const reason = pod === undefined ? why : `${why}: Pod ${pod}`;
  return [words[action], about, attempt === undefined ? '-' : String(attempt.tryNumber), when, reason].map(
    text => ({ text }),
  );
}
