import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseOperator } from '../shared/task/catalogue/base-operator.ts';
import { catalogue, isTaken } from '../shared/task/catalogue/catalogue.ts';
import { gkeClusterOperators } from '../shared/task/catalogue/gke-cluster-operators.ts';
import { gkeStartPodOperator } from '../shared/task/catalogue/gke-start-pod-operator.ts';
import { kubernetesPodOperator } from '../shared/task/catalogue/kubernetes-pod-operator.ts';
import type { Parameter } from '../shared/task/catalogue/parameter.ts';
import { taskpodParameters } from '../shared/task/catalogue/taskpod.ts';
import { taskParameters, taskSchema } from '../shared/task/task.ts';

/** Defaults that are not in the schema: of the message, of the deployment, or of another parameter. */
const otherDefaults: Readonly<Record<string, string>> = {
  dag_id: '`"default"`',
  operator: '`"kubernetes_pod"`',
  delete_cluster_on_failure: '`true`',
  run_id: 'the message id',
  task_id: 'required',
  name: 'task_id',
  image: "a template's",
  namespace: 'TASKPOD_NAMESPACE',
  base_container_name: '`"base"`',
  container_logs: 'base_container_name',
  kubernetes_conn_id: 'kubernetes_default',
  schedule_timeout_seconds: 'startup_timeout_seconds',
  active_deadline_seconds: 'TASKPOD_ACTIVE_DEADLINE_SECONDS',
};

/** parameterPages gives docs/task.md and docs/parameters.md with the tables of parameters that the catalogue makes. */
export function parameterPages(read: (page: string) => string): Record<string, string> {
  const tables: [heading: string, rows: string[]][] = [
    ['KubernetesPodOperator', rowsOf(kubernetesPodOperator, { isNumbered: true })],
    ['GKEStartPodOperator', rowsOf(gkeStartPodOperator)],
    ['GKECreateClusterOperator and GKEDeleteClusterOperator', rowsOf(gkeClusterOperators)],
    ['BaseOperator', rowsOf(baseOperator)],
    ["Taskpod's own", rowsOf(taskpodParameters)],
  ];
  return {
    'docs/task.md': withRows(read('docs/task.md'), 'Parameters', taskRows()),
    'docs/parameters.md': tables.reduce(
      (page, [heading, rows]) => withRows(page, heading, rows),
      read('docs/parameters.md'),
    ),
  };
}

function taskRows(): string[] {
  const defaults = new Map<string, unknown>(Object.entries(taskSchema.parse({})));
  return taskParameters.map(name => {
    const value = defaults.has(name) ? `\`${JSON.stringify(defaults.get(name))}\`` : 'none';
    const parameter = catalogue.get(name);
    const meaning = parameter !== undefined && isTaken(parameter) ? parameter.meaning : '';
    return `| \`${name}\` | ${otherDefaults[name] ?? value} | ${meaning} |`;
  });
}

function rowsOf(parameters: Readonly<Record<string, Parameter>>, { isNumbered = false } = {}): string[] {
  return Object.entries(parameters).map(([name, parameter], index) => {
    const number = isNumbered ? ` ${index + 1} |` : '';
    return `| \`${name}\` |${number} ${standingOf(parameter)} | ${wordsOf(parameter)} |`;
  });
}

function standingOf(parameter: Parameter): string {
  if (isTaken(parameter)) return parameter.standing;
  return `${parameter.standing}, ${parameter.effect}`;
}

function wordsOf(parameter: Parameter): string {
  if (!isTaken(parameter)) return parameter.instead;
  return [parameter.meaning, parameter.difference].join(' ').trim();
}

/** Puts rows in the place of those below a heading. */
function withRows(page: string, heading: string, rows: readonly string[]): string {
  const start = page.indexOf(`\n## ${heading}\n`);
  const first = page.indexOf('\n| `', start) + 1;
  if (start === -1 || first === 0) throw new Error(`there is no table below "## ${heading}"`);
  const end = page.indexOf('\n\n', first);
  return `${page.slice(0, first)}${rows.join('\n')}${end === -1 ? '\n' : page.slice(end)}`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const pages = parameterPages(page => readFileSync(join(root, page), 'utf8'));
  for (const [page, text] of Object.entries(pages)) writeFileSync(join(root, page), text);
  process.stdout.write(`${Object.keys(pages).join(' and ')} are written\n`);
}
