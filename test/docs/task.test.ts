import { expect, test } from 'vitest';
import { catalogue, isTaken } from '../../shared/task/catalogue/catalogue.ts';
import { parseTask } from '../../shared/task/parse-task.ts';
import { taskParameters, taskSchema } from '../../shared/task/task.ts';
import { readText, tableRows } from './page.ts';

/** Defaults that are not in the schema: of the message, of the deployment, or of Kubernetes. */
const otherDefaults: Record<string, string> = {
  dag_id: '`"default"`',
  run_id: 'the message id',
  task_id: 'required',
  name: 'task_id',
  image: "a template's",
  base_container_name: '`"base"`',
  container_logs: 'base_container_name',
  kubernetes_conn_id: 'kubernetes_default',
  namespace: 'TASKPOD_NAMESPACE',
  schedule_timeout_seconds: 'startup_timeout_seconds',
  active_deadline_seconds: 'TASKPOD_ACTIVE_DEADLINE_SECONDS',
};

test('docs/task.md lists every parameter with its default, and no other', () => {
  const defaults = new Map(Object.entries(taskSchema.parse({})));
  const expected = taskParameters.map(name => {
    const value = defaults.has(name) ? `\`${JSON.stringify(defaults.get(name))}\`` : 'none';
    const parameter = catalogue.get(name);
    return [
      name,
      otherDefaults[name] ?? value,
      parameter !== undefined && isTaken(parameter) ? parameter.meaning : '',
    ];
  });
  const rows = tableRows(readText('docs/task.md'));
  expect(rows.map(([name, value, meaning]) => [name, value, meaning?.replace(/ *\|?$/, '')])).toEqual(
    expected,
  );
  for (const [name, , meaning] of rows) expect(meaning, name).toMatch(/\.$/);
});

test('the task on the page is one', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(readText('docs/task.md')) ?? [];
  expect(parseTask(Buffer.from(json), { messageId: 'm', defaultNamespace: 'n' }).ok).toBe(true);
});
