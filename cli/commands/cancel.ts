import type { Command } from '@commander-js/extra-typings';
import { isClusterClaim } from '../../shared/claim.ts';
import { writeControlMessage } from '../../shared/control-message.ts';
import { formatRun } from '../../shared/run.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { findRun } from '../find-run.ts';
import { readRun } from '../read-run.ts';
import { safe } from '../render.ts';
import { resultText } from '../result-text.ts';
import { durationText, runDocument } from '../run-document.ts';
import { tasksTopicOf } from '../settings.ts';
import { showRun } from '../show-run.ts';
import { type Runner, runArgument, seconds } from './common.ts';

interface CancelOptions {
  wait?: true | undefined;
  timeout: number;
  json?: true | undefined;
}

/** addCancel adds `taskpod cancel`. */
export function addCancel(program: Command, run: Runner): void {
  program
    .command('cancel')
    .description('end a run, wherever it is; its log up to then is kept')
    .argument('<run>', runArgument)
    .option('--wait', 'wait until it has ended')
    .option('--timeout <seconds>', 'stop waiting after this time', seconds, 3_600)
    .option('--json', 'print one JSON document')
    .action((name, options) => run(options, context => cancel(name, options, context)));
}

async function cancel(name: string, options: CancelOptions, context: Context): Promise<number> {
  const { out, err, clock, signal } = context;
  const settings = await context.settings();
  const topic = tasksTopicOf(settings);
  const store = await context.store(settings);
  const run = await findRun(name, store, signal);
  const json = options.json === true;
  const { state } = await readRun(run, store, signal);
  if (state?.ended) {
    const document = { ...runDocument(state), cancel: 'ended before' };
    await out.write(
      json ? `${JSON.stringify(document)}\n` : `${safe(out, formatRun(run))} had ended: ${state.state}\n`,
    );
    return exitCodes.failed;
  }
  const publisher = await context.publisher(settings);
  const startedAt = clock.monotonicMs();
  await publisher.publish(topic, [{ data: writeControlMessage({ kind: 'cancel', run }) }], signal);
  if (!json && isDeletion(state)) {
    const note =
      'A deletion that has begun cannot be stopped: it goes on to its end, and is not tried again.';
    await err.write(`${err.style('dim', note)}\n`);
  }
  if (!options.wait) {
    const word = { run: formatRun(run), cancel: 'asked for' };
    await out.write(json ? `${JSON.stringify(word)}\n` : `${safe(out, formatRun(run))}\n`);
    if (out.terminal && !json)
      await err.write(err.style('dim', `See it end: taskpod status ${formatRun(run)}\n`));
    return exitCodes.success;
  }
  const withinMs = options.timeout * 1_000;
  const end = await showRun({ run, json: false, states: !json, withinMs }, settings, store, context);
  if (json) await out.write(`${JSON.stringify({ ...runDocument(end), cancel: 'done' })}\n`);
  else await err.write(resultText(end, durationText(clock.monotonicMs() - startedAt), err));
  return end.state === 'cancelled' ? exitCodes.success : exitCodes.failed;
}

function isDeletion(state: RunState | undefined): boolean {
  const claim = state?.claim;
  return claim !== undefined && isClusterClaim(claim) && claim.gke_cluster.action === 'delete';
}
