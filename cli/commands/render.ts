import { type Command, Option } from '@commander-js/extra-typings';
import { operationRequest } from '../../functions/launch/cluster/operation-request.ts';
import type { TaskSources } from '../../functions/launch/prepare/task-sources.ts';
import { ObjectSources } from '../../functions/launch/sources/object-sources.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { GivenSources } from '../given-sources.ts';
import { type GivenOptions, parsePair, readGiven } from '../given-values.ts';
import { podYaml, requestYaml } from '../pod-yaml.ts';
import { knownDeployment, podOf, prepareHere } from '../prepare-here.ts';
import { readTask } from '../read-task.ts';
import { safe } from '../render.ts';
import { formatProblem } from '../run-document.ts';
import { parseSetting, type Setting } from '../set-values.ts';
import type { Settings } from '../settings.ts';
import { countOf, type Runner } from './common.ts';

interface RenderOptions extends GivenOptions {
  set: readonly Setting[];
  offline?: true | undefined;
  json?: true | undefined;
}

type Pairs = GivenOptions['var'];

/** The run_id of a task that names none; a real one is the message's id. */
const messageId = 'MESSAGE_ID';

/** addRender adds `taskpod render`. */
export function addRender(program: Command, run: Runner): void {
  program
    .command('render')
    .description(
      'print the Pod that a task becomes, or the request of a cluster operation, as YAML; starts nothing and needs no cluster',
    )
    .argument('<file>', 'JSON or YAML file with the task; - reads it from the standard input')
    .addOption(
      new Option('--set <key=value>', 'set a value of the task, as in submit')
        .argParser((text, before: readonly Setting[]) => [...before, parseSetting(text)])
        .default([], 'none'),
    )
    .addOption(
      new Option('--var <key=value>', 'a variable; as often as needed')
        .argParser((text, before: Pairs) => [...before, parsePair('--var', text)])
        .default([], 'none'),
    )
    .addOption(
      new Option('--xcom <task_id=json>', 'the result of a task of the same run')
        .argParser((text, before: Pairs) => [...before, parsePair('--xcom', text)])
        .default([], 'none'),
    )
    .option('--variables <file>', 'a file with variables, as "taskpod variables export" writes it')
    .option('--connections <file>', 'a file with connections, as "taskpod connections export" writes it')
    .option('--offline', 'only what is given here: do not ask the bucket')
    .option('--json', 'print JSON')
    .action((file, options) => run(options, context => render(file, options, context)));
}

async function render(file: string, options: RenderOptions, context: Context): Promise<number> {
  const { out, err, clock, signal } = context;
  const json = options.json === true;
  const data = await readTask(file, options.set, context);
  const given = await readGiven(options, context);
  const settings = options.offline ? undefined : await settingsIfAny(context);
  const deployment = knownDeployment(context.env, settings);
  const sources = new GivenSources(given, settings && (await bucketSources(settings, context)));
  const prepared = await prepareHere({ data, messageId, sources, deployment, clock }, signal);
  if (!prepared.ok) {
    const what = file === '-' ? 'the standard input' : file;
    const message = `the task in ${what} has ${countOf(prepared.problems.length, 'problem')}`;
    const action = 'Mend the task and render it again.';
    await tellFailure({ code: prepared.reason, message, problems: prepared.problems, action }, json, context);
    return exitCodes.usage;
  }
  const rendered =
    'pod' in prepared
      ? { pod: podOf(prepared, deployment, clock.now()) }
      : { request: operationRequest(prepared, { ...prepared.run, tryNumber: 1 }, deployment.bucket) };
  if (json) {
    await out.write(`${JSON.stringify({ ...rendered, warnings: prepared.warnings })}\n`);
    return exitCodes.success;
  }
  await out.write('pod' in rendered ? podYaml(rendered.pod) : requestYaml(rendered.request));
  for (const warning of prepared.warnings)
    await err.write(`${err.style('dim', 'warning:')} ${safe(err, formatProblem(warning))}\n`);
  return exitCodes.success;
}

/** What the commands talk to, if there is anything: this one does without. */
async function settingsIfAny(context: Context): Promise<Settings | undefined> {
  try {
    return await context.settings();
  } catch (error) {
    if (hasCode(error, 'invalid_configuration')) return undefined;
    throw error;
  }
}

async function bucketSources(settings: Settings, context: Context): Promise<TaskSources> {
  return new ObjectSources({ store: await context.store(settings), clock: context.clock });
}
