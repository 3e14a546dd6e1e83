import type { Command } from '@commander-js/extra-typings';
import { variableKeyProblem } from '../../shared/config-names.ts';
import { isSecretName, masked } from '../../shared/connections/mask.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { variableObject } from '../../shared/object-names.ts';
import { rewriteJson } from '../../shared/python-json.ts';
import { descriptionKey, variableProblem } from '../../shared/variable.ts';
import { bodyText, listConfig, readConfig } from '../config-objects.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { readSecret } from '../read-input.ts';
import { renderTable, safe, safeLine } from '../render.ts';
import { variableFolder, writeVariable } from '../variables.ts';
import { cellText, type Runner } from './common.ts';
import { addVariableFiles } from './variable-files.ts';

interface JsonOption {
  json?: true | undefined;
}

/** addVariables adds `taskpod variables`. */
export function addVariables(program: Command, run: Runner): void {
  const group = program.command('variables').description('set and look at variables, which templates use');
  group
    .command('set')
    .description('set a variable')
    .argument('<key>', 'name of the variable')
    .argument('<value>', 'its text; - reads it from the standard input')
    .option('--description <text>', 'what it is for; without this option it stays as it was')
    .option('-j, --json', 'store the value as a JSON text, in quotes, as Airflow does; print JSON')
    .action((key, value, options) => run(options, context => set(key, value, options, context)));
  group
    .command('get')
    .description('print a variable')
    .argument('<key>', 'name of the variable')
    .option('-d, --default <value>', 'print this when there is no such variable')
    .option('-j, --json', 'the variable holds JSON: print it on one line')
    .action((key, options) => run(options, context => get(key, options, context)));
  group
    .command('list')
    .description('list all variables')
    .option('--show-values', 'show the values too; those with a name like a secret are ***')
    .option('--json', 'print one JSON document')
    .action(options => run(options, context => list(options, context)));
  group
    .command('delete')
    .description('delete a variable')
    .argument('<key>', 'name of the variable')
    .option('--json', 'print one JSON document')
    .action((key, options) => run(options, context => remove(key, options, context)));
  addVariableFiles(group, run);
}

/** Throws `bad_usage` for what cannot be the key of a variable. */
function checkKey(key: string): string {
  const problem = variableKeyProblem(key);
  if (problem === undefined) return key;
  throw new TaskpodError('bad_usage', `the key of a variable ${problem}`, { action: 'Use another key.' });
}

interface SetOptions extends JsonOption {
  description?: string | undefined;
}

async function set(key: string, value: string, options: SetOptions, context: Context): Promise<number> {
  const { out, err, signal } = context;
  checkKey(key);
  const text = value === '-' ? await readSecret(context) : value;
  const variable = { value: options.json ? JSON.stringify(text) : text, description: options.description };
  const problem = variableProblem(variable);
  if (problem !== undefined)
    throw new TaskpodError('bad_usage', `the variable ${key} ${problem}`, {
      action: 'Nothing was set. Put large data into a bucket, and its address into the variable.',
    });
  const store = await context.store(await context.settings());
  const done = await writeVariable(key, variable, store, { signal });
  if (done === 'lost') {
    const message = `somebody else has changed the variable ${key} in this moment; it was not set`;
    const action = `See what it is now: taskpod variables get ${key}. Then set it again.`;
    await tellFailure({ code: 'conflict', message, action }, options.json === true, context);
    return exitCodes.failed;
  }
  if (options.json) {
    await out.write(`${JSON.stringify({ key, created: done === 'created' })}\n`);
  } else {
    await out.write(`Variable ${safe(out, key)} ${done}\n`);
    if (out.terminal) await err.write(err.style('dim', `Use it in a task: ${safe(err, usage(key))}\n`));
  }
  return exitCodes.success;
}

interface GetOptions extends JsonOption {
  default?: string | undefined;
}

async function get(key: string, options: GetOptions, context: Context): Promise<number> {
  const { out, signal } = context;
  checkKey(key);
  const store = await context.store(await context.settings());
  const object = await store.read(variableObject(key), signal);
  if (object === undefined && options.default === undefined) return await tellMissing(key, options, context);
  const text = object === undefined ? (options.default ?? '') : bodyText(object);
  const shown = options.json && object !== undefined ? oneLineJson(key, text) : text;
  const lines = out.terminal ? shown.split('\n').map(line => safeLine(out, line)) : [shown];
  await out.write(`${lines.join('\n')}\n`);
  return exitCodes.success;
}

function oneLineJson(key: string, text: string): string {
  const json = rewriteJson(text, { ensureAscii: false });
  if (json !== undefined) return json;
  throw new TaskpodError('invalid_document', `the variable ${key} is not JSON`, {
    action: `Print it as it is: taskpod variables get ${key}`,
  });
}

interface ListOptions extends JsonOption {
  showValues?: true | undefined;
}

async function list(options: ListOptions, context: Context): Promise<number> {
  const { out, err, signal } = context;
  const store = await context.store(await context.settings());
  const found = options.showValues
    ? (await readConfig(variableFolder, store, signal)).map(({ name, object }) => ({
        name,
        info: object,
        value: isSecretName(name) ? masked : bodyText(object),
      }))
    : (await listConfig(variableFolder, store, signal)).map(({ name, info }) => ({ name, info }));
  const documents = found.map(({ name, info, ...value }) => ({
    key: name,
    ...value,
    description: info.metadata[descriptionKey] ?? null,
    size: info.sizeBytes,
    updated_at: info.updatedAt,
  }));
  if (options.json) {
    await out.write(`${JSON.stringify(documents)}\n`);
  } else if (documents.length > 0) {
    const rows = documents.map(({ key, size, updated_at, description, ...rest }) =>
      [
        key,
        ...('value' in rest ? [String(rest.value)] : [String(size), updated_at.replace(/\.\d+Z$/, 'Z')]),
        description ?? '-',
      ].map(text => ({ text: cellText(text, out) })),
    );
    const head = options.showValues
      ? ['KEY', 'VALUE', 'DESCRIPTION']
      : ['KEY', 'BYTES', 'UPDATED', 'DESCRIPTION'];
    await out.write(renderTable(head, rows, out));
  } else if (out.terminal) {
    await err.write('No variables. Set one with "taskpod variables set KEY VALUE".\n');
  }
  return exitCodes.success;
}

async function remove(key: string, options: JsonOption, context: Context): Promise<number> {
  const { out, signal } = context;
  checkKey(key);
  const store = await context.store(await context.settings());
  if (!(await store.remove(variableObject(key), { signal }))) return await tellMissing(key, options, context);
  await out.write(
    options.json ? `${JSON.stringify({ key, deleted: true })}\n` : `Variable ${safe(out, key)} deleted\n`,
  );
  return exitCodes.success;
}

async function tellMissing(key: string, options: JsonOption, context: Context): Promise<number> {
  const message = `Variable ${key} does not exist`;
  const action = 'See which there are: taskpod variables list';
  await tellFailure({ code: 'not_found', message, action }, options.json === true, context);
  return exitCodes.failed;
}

function usage(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key)
    ? `{{ var.value.${key} }}`
    : `{{ var.value.get(${JSON.stringify(key)}) }}`;
}
