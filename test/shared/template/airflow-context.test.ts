import { describe, expect, test } from 'vitest';
import { type AirflowRun, airflowContext } from '../../../shared/template/airflow-context.ts';
import { parseTemplate, renderTemplate } from '../../../shared/template/template.ts';
import { stillClock } from './rendering.ts';

const run: AirflowRun = {
  dagId: 'etl',
  taskId: 'load',
  runId: 'r1',
  tryNumber: 2,
  mapIndex: 3,
  params: {},
  conf: { x: 1 },
};

function render(template: string, more: Partial<AirflowRun> = {}): string {
  return renderTemplate(parseTemplate(template), airflowContext({ ...run, ...more }), { clock: stillClock });
}

describe('without a logical date', () => {
  test.each([
    'ds',
    'ds_nodash',
    'ts',
    'ts_nodash',
    'ts_nodash_with_tz',
    'logical_date',
    'data_interval_start',
    'data_interval_end',
    'task_instance_key_str',
  ])('%s says why it is not there', name => {
    expect(() => render(`{{ ${name} }}`)).toThrow(
      `line 1, column 4: ${name} exists only when the run has a logical date: give it one, or use run_id`,
    );
    expect(render(`{{ ${name}|default('-') }}`)).toBe('-');
  });

  test('the rest is there', () => {
    expect(
      render(
        '{{ dag.dag_id }} {{ task.task_id }} {{ run_id }} {{ ti.try_number }} {{ ti.map_index }} {{ dag_run.conf.x }} {{ conf.x }} {{ dag_run.logical_date }} {{ start_date }} {{ test_mode }} {{ params }}',
      ),
    ).toBe('etl load r1 2 3 1 1 None None False {}');
  });
});

describe('names that are not there', () => {
  test.each<[string, string]>([
    ['execution_date', 'execution_date is of Airflow 2: use logical_date'],
    ['next_ds', 'next_ds is of Airflow 2: use data_interval_end | ds'],
    [
      'yesterday_ds_nodash',
      'yesterday_ds_nodash is of Airflow 2: use logical_date.subtract(days=1) | ds_nodash',
    ],
    ['inlets', "inlets is not known here: only Airflow's own database has it"],
    [
      'macros.uuid.uuid4()',
      'macros.uuid is not supported: a template gives the same text each time it is rendered; use run_id',
    ],
    [
      'macros.random.random()',
      'macros.random is not supported: a template gives the same text each time it is rendered; use run_id',
    ],
    ['macros.yaml.dump(1)', 'macros.yaml is not supported: use macros.json'],
    ['parms', 'parms is not defined; did you mean "params"?'],
  ])('%s', (expression, reason) => {
    expect(() => render(`{{ ${expression} }}`, { logicalDate: '2024-01-31' })).toThrow(reason);
  });
});

describe('dates', () => {
  test.each<[string, string]>([
    ['2024-01-31', '2024-01-31T00:00:00+00:00'],
    ['2024-01-31T10:20:30Z', '2024-01-31T10:20:30+00:00'],
    ['2024-01-31T10:20:30.5+02:00', '2024-01-31T10:20:30.500000+02:00'],
    ['20240131T102030Z', '2024-01-31T10:20:30+00:00'],
    ['0001-01-01', '0001-01-01T00:00:00+00:00'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59+00:00'],
  ])('%s is %s', (logicalDate, ts) => {
    expect(render('{{ ts }}', { logicalDate })).toBe(ts);
  });

  test.each(['', 'yesterday', '2024-13-01', '2024-02-30', '2024-01-31T25:00:00Z', '10000-01-01'])(
    '%s is none',
    logicalDate => {
      expect(() => airflowContext({ ...run, logicalDate })).toThrow(/ISO 8601|does not exist/);
    },
  );

  test('of the interval are the logical date where none are given', () => {
    const template =
      '{{ data_interval_start|ds }} {{ data_interval_end|ds }} {{ dag_run.data_interval_end|ds }}';
    expect(render(template, { logicalDate: '2024-01-31' })).toBe('2024-01-31 2024-01-31 2024-01-31');
    const dates = {
      logicalDate: '2024-01-31',
      dataIntervalStart: '2024-01-30',
      dataIntervalEnd: '2024-02-01',
    };
    expect(render(template, dates)).toBe('2024-01-30 2024-02-01 2024-02-01');
  });

  test('of now are those of the rendering', () => {
    const logicalDate = '2024-05-31';
    expect(render('{{ macros.datetime_diff_for_humans(logical_date) }}', { logicalDate })).toBe('1 day ago');
    expect(render('{{ macros.datetime.utcnow() }} {{ macros.time.time() }}')).toBe(
      '2024-06-01 00:00:00 1717200000.0',
    );
    expect(render("{{ macros.datetime.now('UTC') }} {{ logical_date.is_past() }}", { logicalDate })).toBe(
      '2024-06-01 00:00:00+00:00 True',
    );
  });

  test.each<[string, string]>([
    ['logical_date.add(years=9000)', 'this date or time does not exist'],
    ['logical_date + macros.timedelta(days=3000000)', 'the date is outside of the years 1 to 9999'],
    ['macros.timedelta(days=1e300)', 'the span of time is too long'],
    ["macros.timedelta(days='1e9'|float * 1e300)", 'the span of time is too long'],
    [
      "logical_date.in_timezone('Mars/Phobos')",
      'this time zone does not exist: use a name such as Europe/Berlin',
    ],
    ['logical_date < macros.datetime(2024, 1, 1)', 'a time with a zone and one without do not go together'],
    ['logical_date.date() < logical_date', 'a date and a datetime do not go together: use .date()'],
    ["macros.ds_format(ds, '%Y%Y', '%Y')", '%Y is there twice'],
    ["macros.ds_format(ds, '%Q', '%Y')", '%Q cannot be read'],
    ["macros.ds_format('1' * 300, '%Y', '%Y')", 'the text is too long for a date'],
  ])('%s: %s', (expression, reason) => {
    expect(() => render(`{{ ${expression} }}`, { logicalDate: '2024-01-31' })).toThrow(reason);
  });

  test('change their offset with the season', () => {
    const at = (logicalDate: string): string =>
      render("{{ logical_date.in_timezone('Europe/Berlin').isoformat() }}", { logicalDate });
    expect(at('2024-03-31T00:59:59Z')).toBe('2024-03-31T01:59:59+01:00');
    expect(at('2024-03-31T01:00:00Z')).toBe('2024-03-31T03:00:00+02:00');
    expect(at('2024-10-27T01:00:00Z')).toBe('2024-10-27T02:00:00+01:00');
  });
});
