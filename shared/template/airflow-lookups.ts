import { didYouMean } from '../task/did-you-mean.ts';
import { bind, integerArgument, textArgument } from './arguments.ts';
import type { Budget } from './budget.ts';
import { PyDict } from './dict.ts';
import { fromJson } from './from-json.ts';
import type { Lookup, LookupAnswer } from './lookup.ts';
import { parseJson } from './parse-json.ts';
import { toArray } from './protocol.ts';
import { LookupValue, RecordValue } from './record.ts';
import type { Args, Runtime } from './runtime.ts';
import { Fault, runtimeFault } from './template-error.ts';
import { NativeFunction, PyList, PyTuple, type Value } from './value.ts';

/** The parts of a connection that a template may use; each is None where the connection has it not. */
const connectionParts = ['conn_type', 'host', 'login', 'password', 'port', 'schema', 'description'];

/** airflowVariables is Airflow's `var`: `var.value.x`, `var.json.x.y`, and `get` with a default for both. */
export function airflowVariables(): Value {
  return new RecordValue('var', [
    ['value', variables(text => text)],
    ['json', variables(parseJson)],
  ]);
}

function variables(read: (text: string, budget: Budget) => Value): Value {
  const find = (key: string, runtime: Runtime): Value | undefined => {
    const { value } = runtime.lookup({ kind: 'variable', key });
    return typeof value === 'string'
      ? readVariable(key, value, text => read(text, runtime.budget))
      : undefined;
  };
  const orMissing = (key: string, runtime: Runtime): Value => {
    const value = find(key, runtime);
    if (value !== undefined) return value;
    return runtime.missing(missing('variable', key, runtime.lookup({ kind: 'variable', key })));
  };
  const get = new NativeFunction('get', (args, runtime) => {
    const [key, otherwise] = bind('get', ['item', 'default_var?'], renamed(args, 'default', 'default_var'));
    const name = textArgument(key, 'var.get');
    if (otherwise === undefined) return orMissing(name, runtime);
    const value = find(name, runtime);
    return value === undefined ? otherwise : value;
  });
  return new LookupValue('variables', orMissing, [['get', get]]);
}

function readVariable(key: string, text: string, read: (text: string) => Value): Value {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'runtime')
      throw runtimeFault(`the variable ${key} is not JSON: use var.value`);
    throw error;
  }
}

/** airflowConnections is Airflow's `conn`: `conn.x.host`, and `conn.get` with a default. */
export function airflowConnections(): Value {
  const orMissing = (id: string, runtime: Runtime): Value => {
    const answer = runtime.lookup({ kind: 'connection', id });
    return answer.value === undefined
      ? runtime.missing(missing('connection', id, answer))
      : connection(id, fromJson(answer.value, undefined, runtime.budget));
  };
  const get = new NativeFunction('get', (args, runtime) => {
    const [key, otherwise] = bind(
      'get',
      ['conn_id', 'default_conn?'],
      renamed(args, 'default', 'default_conn'),
    );
    const id = textArgument(key, 'conn.get');
    const { value } = runtime.lookup({ kind: 'connection', id });
    return value === undefined && otherwise !== undefined ? otherwise : orMissing(id, runtime);
  });
  return new LookupValue('connections', orMissing, [['get', get]]);
}

function connection(id: string, data: Value): Value {
  const field = (name: string): Value => (data instanceof PyDict ? (data.get(name) ?? null) : null);
  const extra = field('extra');
  const decoded = ({ budget }: Runtime): Value => {
    if (extra === null || extra === '') return new PyDict();
    return typeof extra === 'string' ? parseJson(extra, budget) : extra;
  };
  return new RecordValue(
    'Connection',
    [
      ['conn_id', id],
      ...connectionParts.map(name => [name, field(name)] as const),
      ['extra', extra],
      ['extra_dejson', decoded],
    ],
    id,
  );
}

function missing(kind: 'variable' | 'connection', name: string, answer: LookupAnswer): string {
  const hint = didYouMean(name, answer.known ?? []);
  return `there is no ${kind} ${name}${hint === '' ? `; set it, or use .get("${name}", default)` : hint}`;
}

/** Airflow calls the default one way in one version and another way in the other. */
function renamed(args: Args, from: string, to: string): Args {
  return {
    ...args,
    named: new Map([...args.named].map(([name, value]) => [name === from ? to : name, value])),
  };
}

/** xcomPull is `ti.xcom_pull`: one value for one task, a list for several; None or the default where there is none. */
export function xcomPull(args: Args, runtime: Runtime): Value {
  const [tasks = null, dagId, key, , , mapIndexes, otherwise = null, runId] = bind(
    'xcom_pull',
    [
      'task_ids?',
      'dag_id?',
      'key?',
      'include_prior_dates?',
      'session?',
      'map_indexes?',
      'default?',
      'run_id?',
    ],
    args,
  );
  const pull = (taskId: Value, mapIndex: Value): Value => {
    const wanted: Lookup = {
      kind: 'xcom',
      key: key === null ? 'return_value' : textArgument(key, 'xcom_pull', 'return_value'),
      ...(taskId === null ? {} : { taskId: textArgument(taskId, 'xcom_pull') }),
      ...(dagId === undefined || dagId === null ? {} : { dagId: textArgument(dagId, 'xcom_pull') }),
      ...(runId === undefined || runId === null ? {} : { runId: textArgument(runId, 'xcom_pull') }),
      ...(mapIndex === null ? {} : { mapIndex: integerArgument(mapIndex, 'xcom_pull') }),
    };
    const { value, json } = runtime.lookup(wanted);
    if (json !== undefined) return parseJson(json, runtime.budget);
    return value === undefined ? otherwise : fromJson(value, undefined, runtime.budget);
  };
  const isMany = (value: Value | undefined): value is PyList | PyTuple =>
    value instanceof PyList || value instanceof PyTuple;
  const indexes = isMany(mapIndexes) ? toArray(mapIndexes, runtime.budget) : [mapIndexes ?? null];
  const ids = isMany(tasks) ? toArray(tasks, runtime.budget) : [tasks];
  const pulled = ids.flatMap(id => indexes.map(index => pull(id, index)));
  return isMany(tasks) || isMany(mapIndexes) ? new PyList(pulled) : (pulled[0] ?? null);
}
