import type { Command } from '@commander-js/extra-typings';
import { hasCode, type Problem } from '../../shared/errors.ts';
import { checkHere } from '../check-here.ts';
import type { Context } from '../context.ts';
import { exitCodes, failureOf } from '../failure.ts';
import { knownDeployment } from '../prepare-here.ts';
import { readTask } from '../read-task.ts';
import { safe } from '../render.ts';
import { formatProblem } from '../run-document.ts';
import type { Sink } from '../sink.ts';
import { countOf, type Runner } from './common.ts';

/** What was found out about one file. */
interface Checked {
  file: string;
  problems: Problem[];
  warnings: Problem[];
}

/** addValidate adds `taskpod validate`. */
export function addValidate(program: Command, run: Runner): void {
  program
    .command('validate')
    .description('check tasks, without values for their templates; asks nobody')
    .argument('<file...>', 'JSON or YAML files with one task each; - reads one from the standard input')
    .option('--json', 'print one JSON document')
    .action((files, options) => run(options, context => validate(files, options.json === true, context)));
}

async function validate(files: readonly string[], json: boolean, context: Context): Promise<number> {
  const { out, err } = context;
  const checked: Checked[] = [];
  for (const file of files) checked.push(await check(file, context));
  const bad = checked.filter(({ problems }) => problems.length > 0);
  if (json) {
    await out.write(`${JSON.stringify({ files: checked })}\n`);
  } else {
    for (const result of checked) await tell(result, out);
    if (bad.length > 0) await err.write(`Mend ${bad.length === 1 ? 'it' : 'them'} and validate again.\n`);
  }
  return bad.length > 0 ? exitCodes.usage : exitCodes.success;
}

async function check(file: string, context: Context): Promise<Checked> {
  const deployment = knownDeployment(context.env, undefined);
  try {
    const data = await readTask(file, [], context);
    const known = { deployment, clock: context.clock };
    const result = await checkHere(data, 'MESSAGE_ID', known, context.signal);
    return { file, problems: result.ok ? [] : result.problems, warnings: result.warnings };
  } catch (error) {
    // A file that cannot be read keeps no other from being checked.
    if (!hasCode(error, 'bad_usage')) throw error;
    return { file, problems: [{ path: '', message: failureOf(error).message }], warnings: [] };
  }
}

async function tell({ file, problems, warnings }: Checked, out: Sink): Promise<void> {
  const name = safe(out, file);
  const end = problems.length === 0 ? out.style('green', 'valid') : countOf(problems.length, 'problem');
  const lines = [
    `${name}: ${end}`,
    ...problems.map(problem => `  ${safe(out, formatProblem(problem))}`),
    ...warnings.map(warning => `  ${out.style('dim', 'warning:')} ${safe(out, formatProblem(warning))}`),
  ];
  await out.write(`${lines.join('\n')}\n`);
}
