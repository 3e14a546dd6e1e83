import type { Command } from '@commander-js/extra-typings';
import { keptLogs } from '../../shared/claim.ts';
import { TaskpodError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import type { AttemptFiles, RunState } from '../../shared/run-state.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { findRun, missingRun } from '../find-run.ts';
import { LogCursor } from '../log-cursor.ts';
import type { LogLine } from '../log-lines.ts';
import { readRun, type StoredRun } from '../read-run.ts';
import { renderLog } from '../render-log.ts';
import { resultText } from '../result-text.ts';
import { durationText } from '../run-document.ts';
import { checkContainer, showRun } from '../show-run.ts';
import { type Runner, runArgument, seconds, tryNumber } from './common.ts';

interface LogsOptions {
  follow?: true | undefined;
  container?: string | undefined;
  try?: number | undefined;
  timestamps?: true | undefined;
  timeout: number;
  json?: true | undefined;
}

/** A run that was submitted just now may not have been taken yet. */
const appearWithinMs = 60_000;

/** addLogs adds `taskpod logs`. */
export function addLogs(program: Command, run: Runner): void {
  program
    .command('logs')
    .description('print the log of a run, as far as it is there')
    .argument('<run>', runArgument)
    .option('-f, --follow', 'go on until the run has ended')
    .option('--container <name>', 'only the log of this container')
    .option('--try <number>', 'the log of this attempt; without it, that of the last one', tryNumber)
    .option('--timestamps', 'show when each line was written')
    .option('--timeout <seconds>', 'stop following after this time', seconds, 604_800)
    .option('--json', 'print one JSON document per line')
    .action((name, options) => run(options, context => logs(name, options, context)));
}

async function logs(name: string, options: LogsOptions, context: Context): Promise<number> {
  const { err, clock, signal } = context;
  const settings = await context.settings();
  const store = await context.store(settings);
  const run = await findRun(name, store, signal);
  if (options.follow && options.try !== undefined) {
    throw new TaskpodError('bad_usage', '--follow shows every attempt', {
      action: 'Leave one of --follow and --try out.',
    });
  }
  if (!options.follow) return await showStored(run, options, store, context);
  const startedAt = clock.monotonicMs();
  const state = await showRun(
    {
      run,
      json: options.json === true,
      states: false,
      log: { container: options.container, timestamps: options.timestamps === true },
      appearWithinMs,
      withinMs: options.timeout * 1_000,
    },
    settings,
    store,
    context,
  );
  if (err.terminal && !options.json)
    await err.write(resultText(state, durationText(clock.monotonicMs() - startedAt), err));
  return exitCodes.success;
}

async function showStored(
  run: RunKey,
  options: LogsOptions,
  store: ObjectStore,
  context: Context,
): Promise<number> {
  const { out, signal } = context;
  const { container, json = false, timestamps = false } = options;
  const stored = await readRun(run, store, signal);
  if (stored.state === undefined) throw await missingRun(run, store, signal);
  const tryNumber = options.try ?? stored.state.tryNumber;
  const attempt = stored.attempts.find(files => files.tryNumber === tryNumber);
  if (attempt === undefined) throw missingTry(stored, tryNumber);
  const kept = keptLogs(stored.state.claim) ?? [];
  checkContainer(container, kept.length > 0 ? kept : undefined);
  const look = { json, timestamps, prefixed: container === undefined && kept.length > 1 };
  let shown = false;
  for await (const item of storedLines(attempt, kept, container, store, signal)) {
    shown = true;
    await out.write(renderLog(item, look, out));
  }
  if (shown || json) return shown ? exitCodes.success : exitCodes.failed;
  await tellFailure({ code: 'no_log', ...whyNone(stored.state) }, false, context);
  return exitCodes.failed;
}

/** The log of an attempt: containers in their Pod's order, one after another. */
async function* storedLines(
  { tryNumber, logs }: AttemptFiles,
  order: readonly string[],
  wanted: string | undefined,
  store: ObjectStore,
  signal: AbortSignal,
): AsyncGenerator<{ tryNumber: number; container: string; lines: LogLine[] }> {
  const names = [...new Set([...order, ...logs.keys()])];
  for (const container of names.filter(name => wanted === undefined || wanted === name)) {
    const log = logs.get(container);
    if (log === undefined) continue;
    const cursor = new LogCursor(store);
    for await (const lines of cursor.advance(log, signal))
      if (lines.length > 0) yield { tryNumber, container, lines };
    const rest = cursor.end();
    if (rest.length > 0) yield { tryNumber, container, lines: rest };
  }
}

function missingTry({ attempts, state }: StoredRun, tryNumber: number): TaskpodError {
  const numbers = attempts.map(files => files.tryNumber).join(', ');
  const name = state === undefined ? '' : formatRun(state.run);
  return new TaskpodError('not_found', `${name} has no attempt ${tryNumber}`, {
    action: `Choose one of: ${numbers}.`,
  });
}

function whyNone(state: RunState): { message: string; action: string } {
  const name = formatRun(state.run);
  return state.ended
    ? { message: `${name} has left no log`, action: `See how it ended: taskpod status ${name}` }
    : { message: `${name} is ${state.state}: no log yet`, action: `Wait for it: taskpod logs -f ${name}` };
}
