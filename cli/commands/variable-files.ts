import { type Command, Option } from '@commander-js/extra-typings';
import { variableKeyProblem } from '../../shared/config-names.ts';
import type { Problem } from '../../shared/errors.ts';
import {
  descriptionKey,
  readVariableEntry,
  type VariableText,
  variableFile,
  variableProblem,
} from '../../shared/variable.ts';
import { fileFormats, readConfigFile } from '../config-file.ts';
import { bodyText, listConfig, readConfig, writeAll } from '../config-objects.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { safe } from '../render.ts';
import { variableFolder, writeVariable } from '../variables.ts';
import { writePrivate } from '../write-private.ts';
import { countOf, type Runner } from './common.ts';

const actions = ['overwrite', 'fail', 'skip'] as const;

/** addVariableFiles adds `taskpod variables import` and `export`. */
export function addVariableFiles(group: Command, run: Runner): void {
  group
    .command('import')
    .description('set the variables of a file')
    .argument('<file>', `${fileFormats}, as Airflow writes it; - reads JSON from the standard input`)
    .addOption(
      new Option('-a, --action-on-existing-key <action>', 'what to do with a variable that is there')
        .choices(actions)
        .default('overwrite' as const),
    )
    .option('--json', 'print one JSON document')
    .action((file, options) => run(options, context => importFile(file, options, context)));
  group
    .command('export')
    .description('write all variables into a JSON file, as Airflow does')
    .argument('<file>', 'the file, which nobody but you may read; - writes to the standard output')
    .action(file => run({}, context => exportFile(file, context)));
}

interface ImportOptions {
  actionOnExistingKey: (typeof actions)[number];
  json?: true | undefined;
}

async function importFile(file: string, options: ImportOptions, context: Context): Promise<number> {
  const { out, err, signal } = context;
  const json = options.json === true;
  const action = options.actionOnExistingKey;
  const { variables, problems } = checkVariables(await readConfigFile(file, context));
  if (problems.length > 0) {
    const message = `${file === '-' ? 'the standard input' : file} has ${countOf(problems.length, 'problem')}`;
    const advice = 'Nothing was imported. Mend the file.';
    await tellFailure({ code: 'bad_usage', message, problems, action: advice }, json, context);
    return exitCodes.usage;
  }
  const store = await context.store(await context.settings());
  if (action === 'fail') {
    const there = new Set((await listConfig(variableFolder, store, signal)).map(({ name }) => name));
    const existing = [...variables.keys()].filter(key => there.has(key));
    if (existing.length > 0) {
      const message = `${existing.join(', ')}: there already`;
      const advice = 'Nothing was imported. Use --action-on-existing-key overwrite, or skip.';
      await tellFailure({ code: 'conflict', message, action: advice }, json, context);
      return exitCodes.failed;
    }
  }
  const { created, replaced, kept, lost } = await writeAll(variables, (key, variable) =>
    writeVariable(key, variable, store, { signal, ifNew: action !== 'overwrite' }),
  );
  if (json) {
    await out.write(`${JSON.stringify({ created, replaced, skipped: kept, failed: lost })}\n`);
  } else {
    const count = created.length + replaced.length;
    await out.write(`${count} of ${countOf(variables.size, 'variable')} set\n`);
    if (kept.length > 0)
      await err.write(`Skipped, as they are there already: ${safe(err, kept.join(', '))}\n`);
    if (lost.length > 0)
      await err.write(
        `Not set, as somebody else has changed them in this moment: ${safe(err, lost.join(', '))}\nImport again.\n`,
      );
  }
  return lost.length > 0 ? exitCodes.failed : exitCodes.success;
}

/** checkVariables reads the entries of a file as variables; tells all that is wrong with them. */
export function checkVariables(found: Awaited<ReturnType<typeof readConfigFile>>) {
  const variables = new Map<string, VariableText>();
  const problems: Problem[] = [];
  for (const [key, entry] of found) {
    const variable = readVariableEntry(entry);
    const problem = typeof variable === 'string' ? variable : variableProblem(variable);
    const message = variableKeyProblem(key) ?? problem;
    if (message !== undefined) problems.push({ path: key, message });
    else if (typeof variable !== 'string') variables.set(key, variable);
  }
  return { variables, problems };
}

async function exportFile(file: string, context: Context): Promise<number> {
  const { out, err, cwd, signal } = context;
  const store = await context.store(await context.settings());
  const variables = (await readConfig(variableFolder, store, signal)).map(({ name, object }) => ({
    key: name,
    value: bodyText(object),
    description: object.metadata[descriptionKey] ?? '',
  }));
  const text = `${variableFile(variables)}\n`;
  if (file === '-') {
    await out.write(text);
  } else {
    await writePrivate(file, text, cwd);
    await err.write(`${countOf(variables.length, 'variable')} exported to ${safe(err, file)}\n`);
  }
  return exitCodes.success;
}
