import { airflowContext } from '../../shared/template/airflow-context.ts';
import { type RenderedValue, renderValue } from '../../shared/template/render-value.ts';
import { systemClock } from '../../shared/time.ts';

/** The templates of an ordinary task: dates, a variable, an XCom, parameters, a query and a loop. `mark` makes its texts new. */
export function typicalTask(mark: string): object {
  return {
    image: 'gcr.io/p/etl:{{ params.table }}',
    cmds: ['python', '-m', 'etl'],
    arguments: [
      `--day={{ ds }}${mark}`,
      '--bucket={{ var.value.bucket }}',
      `SELECT {{ params.columns|join(', ') }} FROM {{ params.table }} ${mark}\n{% if not params.full %}WHERE at >= '{{ data_interval_start | ts }}' AND at < '{{ data_interval_end | ts }}'{% endif %}`,
      "{% for c in params.columns %}{{ c|upper }}{{ ', ' if not loop.last }}{% endfor %}",
    ],
    env_vars: {
      RUN: '{{ run_id }}',
      NEXT: '{{ macros.ds_add(ds, 1) }}',
      WEEK: "{{ data_interval_start.subtract(days=7).strftime('%Y/%m/%d') }}",
      SOURCE: '{{ dag_run.conf.source }}/{{ ds_nodash }}',
      ROWS: "{{ ti.xcom_pull('extract').rows }}",
    },
    labels: { team: 'data' },
  };
}

/** renderTypical renders such a task, as launch does; what it reads from outside is there at once. */
export function renderTypical(task: object): Promise<RenderedValue> {
  const context = airflowContext({
    dagId: 'etl',
    taskId: 'load',
    runId: 'scheduled__2024-01-31',
    tryNumber: 1,
    mapIndex: -1,
    logicalDate: '2024-01-31T00:00:00Z',
    dataIntervalEnd: '2024-02-01T00:00:00Z',
    params: { table: 'orders', columns: ['id', 'at', 'amount'], full: false },
    conf: { source: 'gs://in' },
  });
  const answers = {
    variable: { value: 'gs://bucket' },
    connection: { value: {} },
    xcom: { value: { rows: 3 } },
  };
  return renderValue(task, context, async wanted => wanted.map(({ kind }) => answers[kind]), {
    clock: systemClock,
  });
}
