import { type Command, Option } from '@commander-js/extra-typings';
import { connectionIdProblem } from '../../shared/config-names.ts';
import type { Connection } from '../../shared/connection.ts';
import { maskConnection } from '../../shared/connections/mask.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { connectionObject } from '../../shared/object-names.ts';
import { findConnection, readConnections, writeConnection } from '../connections.ts';
import type { Context } from '../context.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { type GivenConnection, readGivenConnection } from '../given-connection.ts';
import { renderPairs, renderTable, safe } from '../render.ts';
import { cellText, type Runner } from './common.ts';
import { addConnectionFiles } from './connection-files.ts';

interface JsonOption {
  json?: true | undefined;
}

/** addConnections adds `taskpod connections`. */
export function addConnections(program: Command, run: Runner): void {
  const group = program
    .command('connections')
    .description('add and look at connections, which templates and kubernetes_conn_id use');
  group
    .command('add')
    .description('add a connection: by --conn-uri, --conn-json, or --conn-type and the others')
    .argument('<id>', 'id of the connection')
    .option(
      '--conn-uri <uri>',
      'type://login:password@host:port/schema?key=value; - reads it from the standard input',
    )
    .option('--conn-json <json>', 'an object of all parts; - reads it from the standard input')
    .option('--conn-type <type>', 'its type, such as kubernetes, postgres or http')
    .option('--conn-host <host>', 'its host')
    .option('--conn-login <login>', 'its login')
    .addOption(
      new Option(
        '--conn-password <password>',
        'its password; the shell keeps what is written here',
      ).conflicts('connPasswordStdin'),
    )
    .option('--conn-password-stdin', 'read the password from the standard input')
    .option('--conn-port <port>', 'its port')
    .option('--conn-schema <schema>', 'its schema, or database')
    .option('--conn-extra <json>', 'everything else: a JSON object')
    .option('--conn-description <text>', 'what it is for')
    .option('--json', 'print one JSON document')
    .action((id, options) => run(options, context => add(id, options, context)));
  group
    .command('get')
    .description('show a connection, its secrets as ***')
    .argument('<id>', 'id of the connection')
    .option('--json', 'print one JSON document')
    .action((id, options) => run(options, context => get(id, options, context)));
  group
    .command('list')
    .description('list all connections, their secrets as ***')
    .option('--json', 'print one JSON document')
    .action(options => run(options, context => list(options, context)));
  group
    .command('delete')
    .description('delete a connection')
    .argument('<id>', 'id of the connection')
    .option('--json', 'print one JSON document')
    .action((id, options) => run(options, context => remove(id, options, context)));
  addConnectionFiles(group, run);
}

async function add(id: string, options: GivenConnection & JsonOption, context: Context): Promise<number> {
  const { out, signal } = context;
  const json = options.json === true;
  checkId(id);
  const reading = await readGivenConnection(id, options, context);
  if (!reading.ok) {
    const { problems } = reading;
    const action = 'Nothing was added. See the options with --help.';
    const message = `the connection ${id} is not valid`;
    await tellFailure({ code: 'bad_usage', message, problems, action }, json, context);
    return exitCodes.usage;
  }
  const { connection } = reading;
  const store = await context.store(await context.settings());
  if ((await writeConnection(id, connection, store, { signal, overwrite: false })) !== 'created') {
    const message = `a connection ${id} exists already`;
    const action = `Delete it first: taskpod connections delete ${id}. Or import it with --overwrite.`;
    await tellFailure({ code: 'conflict', message, action }, json, context);
    return exitCodes.failed;
  }
  if (json) await out.write(`${JSON.stringify(shown(id, connection))}\n`);
  else await out.write(`Connection ${safe(out, id)} created\n`);
  return exitCodes.success;
}

async function get(id: string, options: JsonOption, context: Context): Promise<number> {
  const { out, signal } = context;
  checkId(id);
  const store = await context.store(await context.settings());
  const connection = await findConnection(id, store, signal);
  if (connection === undefined) return await tellMissing(id, options, context);
  const document = shown(id, connection);
  if (options.json) {
    await out.write(`${JSON.stringify(document)}\n`);
    return exitCodes.success;
  }
  const { extra, ...parts } = document;
  const pairs = Object.entries(parts).filter(([, value]) => value !== null && value !== '');
  const more = Object.keys(extra).length === 0 ? [] : [['extra', JSON.stringify(extra, null, 2)] as const];
  await out.write(
    renderPairs([...pairs.map(([name, value]) => [name, String(value)] as const), ...more], out),
  );
  return exitCodes.success;
}

async function list(options: JsonOption, context: Context): Promise<number> {
  const { out, err, signal } = context;
  const store = await context.store(await context.settings());
  const connections = (await readConnections(store, signal)).map(({ id, connection }) =>
    shown(id, connection),
  );
  if (options.json) {
    await out.write(`${JSON.stringify(connections)}\n`);
  } else if (connections.length > 0) {
    const rows = connections.map(({ conn_id, conn_type, host, port, login, schema, description }) =>
      [conn_id, conn_type, host, port, login, schema, description].map(value => ({
        text: cellText(String(value ?? '') || '-', out),
      })),
    );
    const head = ['ID', 'TYPE', 'HOST', 'PORT', 'LOGIN', 'SCHEMA', 'DESCRIPTION'];
    await out.write(renderTable(head, rows, out));
  } else if (out.terminal) {
    await err.write('No connections. Add one with "taskpod connections add ID --conn-uri URI".\n');
  }
  return exitCodes.success;
}

async function remove(id: string, options: JsonOption, context: Context): Promise<number> {
  const { out, signal } = context;
  checkId(id);
  const store = await context.store(await context.settings());
  if (!(await store.remove(connectionObject(id), { signal }))) return await tellMissing(id, options, context);
  await out.write(
    options.json
      ? `${JSON.stringify({ conn_id: id, deleted: true })}\n`
      : `Connection ${safe(out, id)} deleted\n`,
  );
  return exitCodes.success;
}

function shown(id: string, connection: Connection) {
  return { conn_id: id, ...maskConnection(connection) };
}

function checkId(id: string): void {
  const problem = connectionIdProblem(id);
  if (problem !== undefined)
    throw new TaskpodError('bad_usage', `the id of a connection ${problem}`, { action: 'Use another id.' });
}

async function tellMissing(id: string, options: JsonOption, context: Context): Promise<number> {
  const message = `Connection ${id} does not exist`;
  const action = 'See which there are: taskpod connections list';
  await tellFailure({ code: 'not_found', message, action }, options.json === true, context);
  return exitCodes.failed;
}
