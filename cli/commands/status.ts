import type { Command } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { findRun, missingRun } from '../find-run.ts';
import { readRun } from '../read-run.ts';
import { renderPairs } from '../render.ts';
import { describeRun, runDocument } from '../run-document.ts';
import { type Runner, runArgument } from './common.ts';

/** addStatus adds `taskpod status`. */
export function addStatus(program: Command, run: Runner): void {
  program
    .command('status')
    .description('show the state of a run, and how it ended')
    .argument('<run>', runArgument)
    .option('--json', 'print one JSON document')
    .action((name, options) => run(options, context => status(name, options.json === true, context)));
}

async function status(name: string, json: boolean, context: Context): Promise<number> {
  const { out, signal } = context;
  const settings = await context.settings();
  const store = await context.store(settings);
  const run = await findRun(name, store, signal);
  const { state } = await readRun(run, store, signal);
  if (state === undefined) throw await missingRun(run, store, signal);
  const text = json
    ? `${JSON.stringify(runDocument(state))}\n`
    : renderPairs(describeRun(state, settings.defaultCluster), out);
  await out.write(text);
  const bad = state.ended && state.state !== 'success' && state.state !== 'skipped';
  return bad ? exitCodes.failed : exitCodes.success;
}
