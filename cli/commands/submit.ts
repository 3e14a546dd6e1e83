import { type Command, Option } from '@commander-js/extra-typings';
import { isAbort, TaskpodError } from '../../shared/errors.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import type { RunState } from '../../shared/run-state.ts';
import { checkTask } from '../../shared/task/check-task.ts';
import { checkHere } from '../check-here.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { knownDeployment } from '../prepare-here.ts';
import { readTask } from '../read-task.ts';
import { safe } from '../render.ts';
import { resultText } from '../result-text.ts';
import { durationText, formatProblem, runDocument } from '../run-document.ts';
import { parseSetting, type Setting } from '../set-values.ts';
import { type Settings, tasksTopicOf } from '../settings.ts';
import { showRun } from '../show-run.ts';
import { type Runner, seconds } from './common.ts';

interface SubmitOptions {
  set: readonly Setting[];
  wait?: true | undefined;
  follow?: true | undefined;
  timestamps?: true | undefined;
  timeout: number;
  json?: true | undefined;
}

/** addSubmit adds `taskpod submit`. */
export function addSubmit(program: Command, run: Runner): void {
  program
    .command('submit')
    .description('check a task, publish it, and print its run')
    .argument('<file>', 'JSON or YAML file with the task; - reads it from the standard input')
    .addOption(
      new Option(
        '--set <key=value>',
        'set a value of the task; dotted path, JSON or text; as often as needed',
      )
        .argParser((text, before: readonly Setting[]) => [...before, parseSetting(text)])
        .default([], 'none'),
    )
    .option('--wait', 'wait for the end; the exit code tells how it went')
    .option('--follow', 'as --wait, and show the log as it comes')
    .option('--timestamps', 'with --follow: show when each line was written')
    .option('--timeout <seconds>', 'stop waiting after this time; the run goes on', seconds, 604_800)
    .option('--json', 'print JSON: one document, with --follow one line per item')
    .action((file, options) => run(options, context => submit(file, options, context)));
}

async function submit(file: string, options: SubmitOptions, context: Context): Promise<number> {
  const json = options.json === true;
  const data = await readTask(file, options.set, context);
  const settings = await context.settings();
  const topic = tasksTopicOf(settings);
  const known = { deployment: knownDeployment(context.env, settings), clock: context.clock };
  const checked = await checkHere(data, 'unknown', known, context.signal);
  if (!checked.ok) {
    const count = checked.problems.length === 1 ? 'a problem' : `${checked.problems.length} problems`;
    await tellFailure(
      {
        code: 'invalid_message',
        message: `the task in ${file === '-' ? 'the standard input' : file} has ${count}`,
        problems: checked.problems,
        action: 'Nothing was published. Mend the task and submit it again.',
      },
      json,
      context,
    );
    return exitCodes.usage;
  }
  for (const warning of json ? [] : checked.warnings)
    await context.err.write(
      `${context.err.style('dim', 'warning:')} ${safe(context.err, formatProblem(warning))}\n`,
    );
  const attributes = {
    dag_id: checked.run.dagId.slice(0, 250),
    task_id: checked.run.taskId.slice(0, 250),
  };
  const publisher = await context.publisher(settings);
  const [messageId] = await publisher.publish(topic, [{ data: data.toString(), attributes }], context.signal);
  if (messageId === undefined) throw new TaskpodError('pubsub_unavailable', 'Pub/Sub gave no message id');
  const run = checkTask(data, messageId, {}).run;
  if (run === undefined) throw new Error('a task has a run key or not, whatever its message id');
  return await report(run, messageId, options, settings, context);
}

async function report(
  run: RunKey,
  messageId: string,
  options: SubmitOptions,
  settings: Settings,
  context: Context,
): Promise<number> {
  const { out, err } = context;
  const name = formatRun(run);
  const submitted = {
    run: name,
    dag_id: run.dagId,
    run_id: run.runId,
    task_id: run.taskId,
    map_index: run.mapIndex ?? null,
    message_id: messageId,
  };
  const json = options.json === true;
  if (!options.wait && !options.follow) {
    await out.write(json ? `${JSON.stringify(submitted)}\n` : `${safe(out, name)}\n`);
    if (out.terminal && !json) await err.write(err.style('dim', `Follow it: taskpod logs -f ${name}\n`));
    return exitCodes.success;
  }
  if (!json) await (options.follow ? err : out).write(`${name}\n`);
  else if (options.follow) await out.write(`${JSON.stringify({ type: 'submitted', ...submitted })}\n`);
  const startedAt = context.clock.monotonicMs();
  const state = await waitFor(run, messageId, options, settings, context);
  const took = durationText(context.clock.monotonicMs() - startedAt);
  if (json) {
    const document = {
      ...(options.follow ? { type: 'end' } : {}),
      ...runDocument(state),
      message_id: messageId,
    };
    await out.write(`${JSON.stringify(document)}\n`);
  } else {
    await err.write(resultText(state, took, err));
  }
  if (state.state === 'rejected') return exitCodes.usage;
  return state.state === 'success' || state.state === 'skipped' ? exitCodes.success : exitCodes.failed;
}

async function waitFor(
  run: RunKey,
  messageId: string,
  options: SubmitOptions,
  settings: Settings,
  context: Context,
): Promise<RunState> {
  const name = formatRun(run);
  try {
    const store = await context.store(settings);
    const show = {
      run,
      messageId,
      json: options.json === true,
      states: !options.json || options.follow === true,
      ...(options.follow ? { log: { container: undefined, timestamps: options.timestamps === true } } : {}),
      withinMs: options.timeout * 1_000,
    };
    return await showRun(show, settings, store, context);
  } catch (error) {
    if (isAbort(error) && !options.json)
      await context.err.write(`The run goes on: taskpod logs -f ${name}\n`);
    throw error;
  }
}
