import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { airflowContext } from '../shared/template/airflow-context.ts';
import { renderValue } from '../shared/template/render-value.ts';
import { systemClock } from '../shared/time.ts';
import { hostileTemplates, hostileTexts } from '../test/shared/template/hostile.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';
import { renderTypical, typicalTask } from './support/typical-task.ts';

const warmUps = 500;
const rounds = 2_000;
const processes = 15;
const typicalMs = 1;
const hostileMs = 100;

/** What comes from outside can be made to cost, too: data of many values, read again and again. */
const hostileData = [
  '{% for i in range(1000) %}{{ var.json.numbers[0] }}{% endfor %}',
  '{% for i in range(1000) %}{{ var.json.floats[0] }}{% endfor %}',
  "{% for i in range(1000) %}{{ ti.xcom_pull('a') }}{% endfor %}",
  '{{ conf }}{{ dag_run.conf }}',
];
const numbers = JSON.stringify(Array.from({ length: 400_000 }, (_, i) => i % 10));
const floats = JSON.stringify(Array.from({ length: 24_000 }, (_, i) => (i % 10) + 0.5));

await runBench('templates', 5, measure);

async function measure({ check, progress }: BenchContext): Promise<Findings> {
  progress('typical tasks');
  const same = typicalTask('');
  const warm = await times(() => renderTypical(same));
  const fresh = await times(round => renderTypical(typicalTask(` -- ${round}`)));
  check();
  progress('first renderings of a process');
  const first: number[] = [];
  for (let i = 0; i < processes; i++) first.push(await firstOfProcess());
  check();
  progress('hostile templates');
  const hostile: number[] = [];
  for (const text of [...hostileTemplates, ...hostileTexts, ...hostileData])
    hostile.push(await bestOf(3, text));
  return {
    measured: [
      { what: 'a typical task, the same again', unit: 'ms', samples: warm },
      { what: 'a typical task, its texts never seen before', unit: 'ms', samples: fresh },
      { what: 'the first task of a process', unit: 'ms', samples: first },
      { what: 'hostile templates, computing, best of three each', unit: 'ms', samples: hostile },
    ],
    goals: [
      { what: 'a typical task, the same again', unit: 'ms', value: median(warm), atMost: typicalMs },
      { what: 'a typical task, never seen before', unit: 'ms', value: median(fresh), atMost: typicalMs },
      {
        what: 'the slowest hostile template, computing',
        unit: 'ms',
        value: Math.max(...hostile),
        atMost: hostileMs,
      },
    ],
    notes: ['parsing is included: templates are not kept', 'lookups are answered at once'],
  };
}

async function times(render: (round: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < warmUps + rounds; round++) {
    const began = performance.now();
    await render(round);
    if (round >= warmUps) taken.push(performance.now() - began);
  }
  return taken;
}

async function firstOfProcess(): Promise<number> {
  const file = join(import.meta.dirname, 'support/render-once.ts');
  return Number((await promisify(execFile)(process.execPath, [file])).stdout);
}

/** Milliseconds of this thread's own computing: other processes may hold the machine for longer than that. */
async function bestOf(count: number, text: string): Promise<number> {
  const conf = { list: Array.from({ length: 60_000 }, () => 1) };
  const run = { dagId: 'd', taskId: 't', runId: 'r', tryNumber: 1, mapIndex: -1, params: {}, conf };
  const answers = { numbers: { value: numbers }, floats: { value: floats } };
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = process.threadCpuUsage();
    await renderValue(
      text,
      airflowContext(run),
      async wanted =>
        wanted.map(lookup => {
          if (lookup.kind === 'xcom') return { value: null, json: numbers };
          const { value } =
            lookup.kind === 'variable' && lookup.key === 'floats' ? answers.floats : answers.numbers;
          return { value };
        }),
      { clock: systemClock },
    );
    const { user, system } = process.threadCpuUsage(before);
    taken.push((user + system) / 1_000);
  }
  return Math.min(...taken);
}
