import { extname } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { connectionIdProblem } from '../../shared/config-names.ts';
import type { Connection } from '../../shared/connection.ts';
import { connectionsFile, type ExportFormat, exportFormats } from '../../shared/connections/files.ts';
import { readConnection } from '../../shared/connections/read-connection.ts';
import { type Problem, TaskpodError } from '../../shared/errors.ts';
import { valueJson } from '../../shared/python-json.ts';
import { PyList, type Value } from '../../shared/template/value.ts';
import { fileFormats, readConfigFile } from '../config-file.ts';
import { writeAll } from '../config-objects.ts';
import { readConnections, sizeProblem, writeConnection } from '../connections.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { safe } from '../render.ts';
import { writePrivate } from '../write-private.ts';
import { countOf, type Runner } from './common.ts';

/** addConnectionFiles adds `taskpod connections import` and `export`. */
export function addConnectionFiles(group: Command, run: Runner): void {
  group
    .command('import')
    .description('add the connections of a file')
    .argument('<file>', `${fileFormats}, as Airflow writes it; - reads JSON from the standard input`)
    .option('--overwrite', 'replace connections that are there; without it they stay')
    .option('--json', 'print one JSON document')
    .action((file, options) => run(options, context => importFile(file, options, context)));
  group
    .command('export')
    .description('write all connections with their passwords into a file, as Airflow does')
    .argument('<file>', 'the file, which nobody but you may read; - writes to the standard output')
    .addOption(
      new Option('--file-format <format>', 'its format; without this option what its name says').choices(
        exportFormats,
      ),
    )
    .addOption(
      new Option('--serialization-format <format>', 'with env: how a line holds a connection').choices([
        'uri',
        'json',
      ] as const),
    )
    .option('--unmasked', 'with -: yes, print the passwords')
    .action((file, options) => run({}, context => exportFile(file, options, context)));
}

interface ImportOptions {
  overwrite?: true | undefined;
  json?: true | undefined;
}

async function importFile(file: string, options: ImportOptions, context: Context): Promise<number> {
  const { out, err, signal } = context;
  const json = options.json === true;
  const { connections, problems } = checkConnections(await readConfigFile(file, context));
  if (problems.length > 0) {
    const message = `${file === '-' ? 'the standard input' : file} has ${countOf(problems.length, 'problem')}`;
    const action = 'Nothing was imported. Mend the file.';
    await tellFailure({ code: 'bad_usage', message, problems, action }, json, context);
    return exitCodes.usage;
  }
  const store = await context.store(await context.settings());
  const overwrite = options.overwrite === true;
  const { created, replaced, kept, lost } = await writeAll(connections, (id, connection) =>
    writeConnection(id, connection, store, { signal, overwrite }),
  );
  if (json) {
    await out.write(`${JSON.stringify({ created, replaced, skipped: kept, failed: lost })}\n`);
  } else {
    const count = created.length + replaced.length;
    await out.write(`${count} of ${countOf(connections.size, 'connection')} imported\n`);
    if (kept.length > 0)
      await err.write(
        `Skipped, as they are there already: ${safe(err, kept.join(', '))}\nReplace them with --overwrite.\n`,
      );
    if (lost.length > 0)
      await err.write(
        `Not imported, as somebody else has changed them in this moment: ${safe(err, lost.join(', '))}\nImport again.\n`,
      );
  }
  return lost.length > 0 ? exitCodes.failed : exitCodes.success;
}

/** checkConnections reads the entries of a file as connections; tells all that is wrong with them. */
export function checkConnections(found: ReadonlyMap<string, Value>) {
  const connections = new Map<string, Connection>();
  const problems: Problem[] = [];
  for (const [id, value] of found) {
    const reading = readConnection(connectionText(value), id);
    const whole = connectionIdProblem(id) ?? (reading.ok ? sizeProblem(reading.connection) : undefined);
    if (whole !== undefined) problems.push({ path: id, message: whole });
    if (reading.ok) connections.set(id, reading.connection);
    else
      problems.push(
        ...reading.problems.map(({ path, message }) => ({
          path: path === '' ? id : `${id}.${path}`,
          message,
        })),
      );
  }
  return { connections, problems };
}

/** Airflow takes a list of one for the connection itself. */
function connectionText(value: Value): string {
  const [only, ...others] = value instanceof PyList ? value.items : [value];
  const item = only === undefined || others.length > 0 ? value : only;
  return typeof item === 'string' ? item : valueJson(item);
}

interface ExportOptions {
  fileFormat?: ExportFormat | undefined;
  serializationFormat?: 'uri' | 'json' | undefined;
  unmasked?: true | undefined;
}

async function exportFile(file: string, options: ExportOptions, context: Context): Promise<number> {
  const { out, err, cwd, signal } = context;
  const format = options.fileFormat ?? formatOf(file);
  if (options.serializationFormat !== undefined && format !== 'env')
    throw usage('--serialization-format is for env files alone', 'Leave it out, or add --file-format env.');
  if (file === '-' && !options.unmasked)
    throw usage(
      'the export holds passwords, and the standard output may be read by others',
      'Give the name of a file, or add --unmasked.',
    );
  const store = await context.store(await context.settings());
  const connections = await readConnections(store, signal);
  const text = connectionsFile(connections, format, options.serializationFormat ?? 'uri');
  if (file === '-') {
    await out.write(text);
  } else {
    await writePrivate(file, text, cwd);
    await err.write(
      `${countOf(connections.length, 'connection')} exported to ${safe(err, file)}, with passwords\n`,
    );
  }
  return exitCodes.success;
}

function formatOf(file: string): ExportFormat {
  if (file === '-') return 'json';
  const extension = extname(file).toLowerCase().slice(1);
  const format = exportFormats.find(name => name === extension || (name === 'yaml' && extension === 'yml'));
  if (format !== undefined) return format;
  throw usage(
    `${file}: its name does not say its format`,
    'End it in .json, .yaml or .env, or add --file-format.',
  );
}

function usage(message: string, action: string): TaskpodError {
  return new TaskpodError('bad_usage', message, { action });
}
