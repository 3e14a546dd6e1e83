import { createHash } from 'node:crypto';
import type { Command } from '@commander-js/extra-typings';
import { TaskpodError } from '../../shared/errors.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { formatRun } from '../../shared/run.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { findRun, missingRun } from '../find-run.ts';
import { readRun } from '../read-run.ts';
import { safeLine } from '../render.ts';
import { type Runner, runArgument } from './common.ts';

/** addXcom adds `taskpod xcom`. */
export function addXcom(program: Command, run: Runner): void {
  program
    .command('xcom')
    .description('print the XCom value of a run: the return.json that its container wrote')
    .argument('<run>', runArgument)
    .option('--json', 'print one JSON document with the value, its size and its sha256')
    .action((name, options) => run(options, context => xcom(name, options.json === true, context)));
}

async function xcom(name: string, json: boolean, context: Context): Promise<number> {
  const { out, signal } = context;
  const store = await context.store(await context.settings());
  const run = await findRun(name, store, signal);
  const { state } = await readRun(run, store, signal);
  if (state === undefined) throw await missingRun(run, store, signal);
  const value = state.outcome?.xcom;
  if (!value) {
    await tellFailure({ code: 'no_xcom', ...whyNone(state) }, json, context);
    return exitCodes.failed;
  }
  const body = (await store.read(value.object, signal))?.body;
  if (body === undefined || !isWhole(body, value)) {
    throw new TaskpodError('not_found', `${value.object} is not what the run left there`, {
      action: 'Somebody has changed or deleted it. Run the task again for a new one.',
    });
  }
  if (json) {
    const document = {
      run: formatRun(run),
      value: body.length === 0 ? null : JSON.parse(body.toString('utf8')),
      size: value.size,
      sha256: value.sha256,
    };
    await out.write(`${JSON.stringify(document)}\n`);
  } else if (out.terminal) {
    const lines = body.toString('utf8').replace(/\n$/, '').split('\n');
    await out.write(lines.map(line => `${safeLine(out, line)}\n`).join(''));
  } else {
    await out.write(body);
  }
  return exitCodes.success;
}

function isWhole(body: Buffer, value: NonNullable<Outcome['xcom']>): boolean {
  return body.length === value.size && createHash('sha256').update(body).digest('hex') === value.sha256;
}

function whyNone(state: RunState): { message: string; action: string } {
  const name = formatRun(state.run);
  if (!state.ended) {
    return {
      message: `${name} is ${state.state}: it has no XCom value yet`,
      action: `Wait for its end: taskpod logs -f ${name}`,
    };
  }
  if (state.state === 'success') {
    return {
      message: `${name} has no XCom value`,
      action: 'For one, set "do_xcom_push": true in the task and let it write /airflow/xcom/return.json.',
    };
  }
  return {
    message: `${name} is ${state.state} (${state.reason}), so it has no XCom value`,
    action: `See how it ended: taskpod status ${name}`,
  };
}
