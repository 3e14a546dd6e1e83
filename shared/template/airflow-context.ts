import { airflowConnections, airflowVariables, xcomPull } from './airflow-lookups.ts';
import { airflowMacros, isoDate } from './airflow-macros.ts';
import type { Budget } from './budget.ts';
import type { TemplateContext } from './context.ts';
import type { Datetime } from './datetime.ts';
import { fromJson } from './from-json.ts';
import { RecordValue } from './record.ts';
import { runtimeFault } from './template-error.ts';
import { NativeFunction, type Value } from './value.ts';

/** What is known of a task when its templates are rendered. */
export interface AirflowRun {
  dagId: string;
  taskId: string;
  runId: string;
  /** First try is 1. */
  tryNumber: number;
  /** -1 for a task that is not mapped. */
  mapIndex: number;
  /** ISO 8601; UTC where it names no zone. */
  logicalDate?: string | undefined;
  /** Default: the logical date. */
  dataIntervalStart?: string | undefined;
  /** Default: the start. */
  dataIntervalEnd?: string | undefined;
  /** When this try began, ISO 8601. */
  startDate?: string | undefined;
  /** JSON data. */
  params: unknown;
  /** JSON data: what the run was started with. */
  conf: unknown;
}

/** Names that a run without a logical date has not. */
const dated = [
  'ds',
  'ds_nodash',
  'ts',
  'ts_nodash',
  'ts_nodash_with_tz',
  'logical_date',
  'data_interval_start',
  'data_interval_end',
  'task_instance_key_str',
];

/** Names of Airflow 2 that Airflow 3 has not, with what to write instead. */
const former: readonly (readonly [string, string])[] = [
  ['execution_date', 'logical_date'],
  ['next_execution_date', 'data_interval_end'],
  ['prev_execution_date', 'logical_date.subtract(days=1)'],
  ['next_ds', 'data_interval_end | ds'],
  ['next_ds_nodash', 'data_interval_end | ds_nodash'],
  ['prev_ds', 'macros.ds_add(ds, -1)'],
  ['prev_ds_nodash', 'logical_date.subtract(days=1) | ds_nodash'],
  ['yesterday_ds', 'macros.ds_add(ds, -1)'],
  ['yesterday_ds_nodash', 'logical_date.subtract(days=1) | ds_nodash'],
  ['tomorrow_ds', 'macros.ds_add(ds, 1)'],
  ['tomorrow_ds_nodash', 'logical_date.add(days=1) | ds_nodash'],
];

/** Names whose values only Airflow's own database has. */
const unknown = [
  'exception',
  'prev_data_interval_start_success',
  'prev_data_interval_end_success',
  'prev_start_date_success',
  'prev_end_date_success',
  'inlets',
  'inlet_events',
  'outlets',
  'outlet_events',
  'task_reschedule_count',
  'triggering_asset_events',
];

/** airflowContext gives a template Airflow's names for a run. Throws a Fault when a date of it is none. */
export function airflowContext(run: AirflowRun): TemplateContext {
  const logical = date(run.logicalDate);
  const start = date(run.dataIntervalStart) ?? logical;
  const end = date(run.dataIntervalEnd) ?? start;
  const instance = (): Value => taskInstance(run);
  const values = new Map<string, (budget: Budget) => Value>([
    ['dag', () => record('DAG', { dag_id: run.dagId })],
    ['task', () => record('Task', { task_id: run.taskId, dag_id: run.dagId })],
    ['ti', instance],
    ['task_instance', instance],
    ['run_id', () => run.runId],
    ['dag_run', budget => dagRun(run, { logical, start, end }, budget)],
    ['params', budget => fromJson(run.params, undefined, budget)],
    ['conf', budget => fromJson(run.conf, undefined, budget)],
    ['start_date', () => date(run.startDate) ?? null],
    ['var', airflowVariables],
    ['conn', airflowConnections],
    ['macros', () => airflowMacros],
    ['test_mode', () => false],
    ['map_index_template', () => null],
    ['expanded_ti_count', () => null],
    ...(logical === undefined ? [] : datedValues(run, logical, start ?? logical, end ?? logical)),
  ]);
  return { values, absent: absentNames(logical !== undefined) };
}

function date(text: string | undefined): Datetime | undefined {
  if (text === undefined) return undefined;
  const parsed = isoDate(text);
  if (parsed === undefined) throw runtimeFault('a date of the run is not ISO 8601');
  return parsed;
}

function record(name: string, fields: Record<string, Value>, shown?: string): Value {
  return new RecordValue(name, Object.entries(fields), shown);
}

function taskInstance(run: AirflowRun): Value {
  return record('TaskInstance', {
    task_id: run.taskId,
    dag_id: run.dagId,
    run_id: run.runId,
    try_number: BigInt(run.tryNumber),
    map_index: BigInt(run.mapIndex),
    start_date: date(run.startDate) ?? null,
    xcom_pull: new NativeFunction('xcom_pull', xcomPull),
  });
}

function dagRun(
  run: AirflowRun,
  dates: Record<'logical' | 'start' | 'end', Datetime | undefined>,
  budget: Budget,
): Value {
  return record('DagRun', {
    dag_id: run.dagId,
    run_id: run.runId,
    conf: fromJson(run.conf, undefined, budget),
    logical_date: dates.logical ?? null,
    data_interval_start: dates.start ?? null,
    data_interval_end: dates.end ?? null,
  });
}

function datedValues(
  run: AirflowRun,
  logical: Datetime,
  start: Datetime,
  end: Datetime,
): [string, () => Value][] {
  const nodash = logical.strftime('%Y%m%d');
  const iso = logical.isoText('T');
  return [
    ['logical_date', () => logical],
    ['data_interval_start', () => start],
    ['data_interval_end', () => end],
    ['ds', () => logical.strftime('%Y-%m-%d')],
    ['ds_nodash', () => nodash],
    ['ts', () => iso],
    ['ts_nodash', () => logical.strftime('%Y%m%dT%H%M%S')],
    ['ts_nodash_with_tz', () => iso.replace(/[-:]/g, '')],
    ['task_instance_key_str', () => `${run.dagId}__${run.taskId}__${nodash}`],
  ];
}

function absentNames(hasDate: boolean): ReadonlyMap<string, string> {
  const undated = hasDate ? [] : dated;
  return new Map([
    ...former.map(([name, instead]) => [name, `${name} is of Airflow 2: use ${instead}`] as const),
    ...unknown.map(name => [name, `${name} is not known here: only Airflow's own database has it`] as const),
    ...undated.map(
      name =>
        [name, `${name} exists only when the run has a logical date: give it one, or use run_id`] as const,
    ),
  ]);
}
