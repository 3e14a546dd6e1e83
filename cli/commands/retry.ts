import type { Command } from '@commander-js/extra-typings';
import { writeControlMessage } from '../../shared/control-message.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { formatRun } from '../../shared/run.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { findRun, missingRun } from '../find-run.ts';
import { readRun } from '../read-run.ts';
import { safe } from '../render.ts';
import { resultText } from '../result-text.ts';
import { durationText, runDocument } from '../run-document.ts';
import { tasksTopicOf } from '../settings.ts';
import { showRun } from '../show-run.ts';
import { type Runner, runArgument, seconds } from './common.ts';

interface RetryOptions {
  wait?: true | undefined;
  follow?: true | undefined;
  timeout: number;
  json?: true | undefined;
}

/** addRetry adds `taskpod retry`. */
export function addRetry(program: Command, run: Runner): void {
  program
    .command('retry')
    .description('run a finished run again, as a new attempt of it; or begin the next attempt now')
    .argument('<run>', runArgument)
    .option('--wait', 'wait for the end; the exit code tells how it went')
    .option('--follow', 'as --wait, and show the log as it comes')
    .option('--timeout <seconds>', 'stop waiting after this time; the run goes on', seconds, 604_800)
    .option('--json', 'print one JSON document')
    .action((name, options) => run(options, context => retry(name, options, context)));
}

async function retry(name: string, options: RetryOptions, context: Context): Promise<number> {
  const { out, err, clock, signal } = context;
  const settings = await context.settings();
  const topic = tasksTopicOf(settings);
  const store = await context.store(settings);
  const run = await findRun(name, store, signal);
  const { state } = await readRun(run, store, signal);
  if (state === undefined) throw await missingRun(run, store, signal);
  checkRetry(state);
  const tryNumber = state.tryNumber + 1;
  const publisher = await context.publisher(settings);
  const startedAt = clock.monotonicMs();
  await publisher.publish(topic, [{ data: writeControlMessage({ kind: 'retry', run, tryNumber }) }], signal);
  const json = options.json === true;
  const runName = formatRun(run);
  if (!options.wait && !options.follow) {
    const word = { run: runName, try_number: tryNumber };
    await out.write(json ? `${JSON.stringify(word)}\n` : `${safe(out, runName)}\n`);
    if (out.terminal && !json) await err.write(err.style('dim', `Follow it: taskpod logs -f ${runName}\n`));
    return exitCodes.success;
  }
  const show = {
    run,
    json: false,
    states: !json,
    ...(options.follow && !json ? { log: { container: undefined, timestamps: false } } : {}),
    withinMs: options.timeout * 1_000,
    fromTry: tryNumber,
  };
  const end = await showRun(show, settings, store, context);
  if (json) await out.write(`${JSON.stringify(runDocument(end))}\n`);
  else await err.write(resultText(end, durationText(clock.monotonicMs() - startedAt), err));
  return end.state === 'success' || end.state === 'skipped' ? exitCodes.success : exitCodes.failed;
}

/** Throws `bad_usage` for a run that goes on, and for one whose task is not known. */
function checkRetry(state: RunState): void {
  const name = formatRun(state.run);
  // A retry that waits for its time is started now.
  if (!state.ended && state.state !== 'up_for_retry') {
    throw new TaskpodError('bad_usage', `${name} is ${state.state}`, {
      action: `Only a run that has ended can run again. End it first: taskpod cancel ${name}`,
    });
  }
  if (state.claim === undefined) {
    throw new TaskpodError('bad_usage', `${name} never had a valid task (${state.state})`, {
      action: 'Submit the task again, under another run_id.',
    });
  }
}
