import { airflowContext } from '../shared/template/airflow-context.ts';
import { renderValue } from '../shared/template/render-value.ts';
import { parseTemplate, renderTemplate } from '../shared/template/template.ts';
import { systemClock } from '../shared/time.ts';

/** Milliseconds that templates take: parsing and rendering, medians. Prints a table. */

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

const templates: Record<string, string> = {
  'a name': '{{ ds }}',
  'a date': "{{ data_interval_start.subtract(days=7).strftime('%Y/%m/%d') }}",
  'a variable and an XCom': "{{ var.value.bucket }}/{{ ti.xcom_pull('extract') | default('none') }}",
  'a loop': "{% for c in params.columns %}{{ c|upper }}{{ ', ' if not loop.last }}{% endfor %}",
  'a query':
    "SELECT {{ params.columns|join(', ') }} FROM {{ params.table }}\n{% if not params.full %}WHERE at >= '{{ data_interval_start | ts }}' AND at < '{{ data_interval_end | ts }}'{% endif %}",
};

const task = {
  image: 'gcr.io/p/etl:{{ params.table }}',
  cmds: ['python', '-m', 'etl'],
  arguments: ['--day={{ ds }}', '--bucket={{ var.value.bucket }}', templates['a query'], templates['a loop']],
  env_vars: {
    RUN: '{{ run_id }}',
    NEXT: '{{ macros.ds_add(ds, 1) }}',
    SOURCE: '{{ dag_run.conf.source }}/{{ ds_nodash }}',
  },
  labels: { team: 'data' },
};

/** The middle of many times, in milliseconds. */
function median(times: readonly number[]): string {
  return (times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0).toFixed(3);
}

async function measure(name: string, work: () => unknown): Promise<void> {
  const first = systemClock.monotonicMs();
  await work();
  const cold = (systemClock.monotonicMs() - first).toFixed(3);
  const times: number[] = [];
  for (let round = 0; round < 2_000; round++) {
    const start = systemClock.monotonicMs();
    await work();
    times.push(systemClock.monotonicMs() - start);
  }
  console.log(`${name.padEnd(24)} first ${cold} ms   median ${median(times)} ms`);
}

const lookup = () => ({ value: 'gs://bucket' });
await measure('a task', () =>
  renderValue(task, context, async wanted => wanted.map(lookup), { clock: systemClock }),
);
for (const [name, template] of Object.entries(templates)) {
  await measure(name, () => renderTemplate(parseTemplate(template), context, { clock: systemClock, lookup }));
}
