import { parseArgs } from 'node:util';
import { defaultValues, type InputName, inputs, type Values } from './cost/inputs.ts';
import { type Cost, costOfIdleMonth, costOfTasks, total, type Workload } from './cost/model.ts';

const usage = `Usage: npm run cost -- [--tasks N] [--seconds N] [--parallel N] [--set NAME=VALUE]...
What so many tasks cost besides their Pods, in US dollars; names as in docs/cost.md.
`;

/** The workloads that docs/cost.md has a row for. */
const workloads: [what: string, workload: Workload][] = [
  ['1,000 tasks of 30 s, one after the other', { tasks: 1_000, seconds: 30, parallel: 1 }],
  ['1,000 tasks of 30 s, 10 at once', { tasks: 1_000, seconds: 30, parallel: 10 }],
  ['1,000 tasks of 30 s, 100 at once', { tasks: 1_000, seconds: 30, parallel: 100 }],
  ['a task of an hour, alone', { tasks: 1, seconds: 3_600, parallel: 1 }],
  ['a task of an hour, one of 10', { tasks: 1, seconds: 3_600, parallel: 10 }],
  ['a task of an hour, one of 100', { tasks: 1, seconds: 3_600, parallel: 100 }],
  ['a month in which something always runs, 10 at once', { tasks: 7_300, seconds: 3_600, parallel: 10 }],
];

/** costTable is the table of docs/cost.md, in Markdown. */
export function costTable(v: Values = defaultValues()): string {
  const rows = [
    row('a month in which nothing runs', costOfIdleMonth(v)),
    ...workloads.map(([what, workload]) => row(what, costOfTasks(workload, v))),
  ];
  return [
    '| what | launch | watch | storage | Pub/Sub | logging | scheduler | together |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** composerTable compares months of tasks of 30 s with the smallest Composer environment. */
export function composerTable(v: Values = defaultValues()): string {
  const months: [tasks: number, parallel: number][] = [
    [0, 1],
    [1_000, 1],
    [10_000, 1],
    [100_000, 10],
    [1_000_000, 100],
  ];
  const rows = months.map(([tasks, parallel]) => {
    const cost = total(costOfIdleMonth(v)) + total(costOfTasks({ tasks, seconds: 30, parallel }, v));
    return `| ${tasks.toLocaleString('en')} | ${parallel} | ${dollars(cost)} | ${dollars(v.composer_month)} |`;
  });
  return ['| tasks of 30 s a month | at once | here | Composer |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** inputsTable lists what is computed with. */
export function inputsTable(): string {
  const rows = Object.entries(inputs).map(
    ([name, { value, unit, source }]) => `| \`${name}\` | ${value} ${unit} | ${source} |`,
  );
  return ['| name | value | from |', '| --- | --- | --- |', ...rows].join('\n');
}

/** readValues puts `NAME=VALUE` in the place of what is there; throws for a name that is none, or a value that is no number. */
export function readValues(given: readonly string[]): Values {
  const values = defaultValues();
  for (const text of given) {
    const [name = '', value = ''] = text.split('=', 2);
    if (!isInput(name)) throw new Error(`${name} is no input; docs/cost.md lists them`);
    values[name] = readNumber(name, value);
  }
  return values;
}

function isInput(name: string): name is InputName {
  return Object.hasOwn(inputs, name);
}

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`${name} must be a number of at least 0, and is "${text}"`);
  return value;
}

function row(what: string, cost: Cost): string {
  const { launch, watch, storage, pubsub, logging, scheduler } = cost;
  const cells = [launch, watch, storage, pubsub, logging, scheduler, total(cost)].map(dollars);
  return `| ${what} | ${cells.join(' | ')} |`;
}

/** Two digits that count, because the inputs have no more. */
function dollars(amount: number): string {
  if (amount > 0 && amount < 0.0001) return '<0.0001';
  return String(Number(amount.toPrecision(2)));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      tasks: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '30' },
      parallel: { type: 'string', default: '10' },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  else {
    const v = readValues(values.set);
    const workload = {
      tasks: readNumber('tasks', values.tasks),
      seconds: readNumber('seconds', values.seconds),
      parallel: Math.max(1, readNumber('parallel', values.parallel)),
    };
    const what = `${workload.tasks} tasks of ${workload.seconds} s, ${workload.parallel} at once`;
    process.stdout.write(`${costTable(v)}\n${row(what, costOfTasks(workload, v))}\n\n${composerTable(v)}\n`);
  }
}
