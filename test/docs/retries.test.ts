import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkTask } from '../../shared/task/check-task.ts';
import { taskSchema } from '../../shared/task/task.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/retries.md');

test('the example on docs/retries.md is right', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const task = { task_id: 't', image: 'i', ...parse(example) };
  expect(checkTask(Buffer.from(JSON.stringify(task)), 'm', {}).problems).toEqual([]);
});

test('docs/retries.md lists the parameters of retries, with their defaults', () => {
  const defaults: Record<string, unknown> = taskSchema.parse({});
  const words: Record<string, string> = {
    max_retry_delay_seconds: 'a day',
    retry_on: 'every failure',
    no_retry_on: 'none',
  };
  const names = taskSchema.keyof().options.filter(name => name.includes('retr'));
  expect(tableRows(page).map(([name, value]) => [name, value])).toEqual(
    names.map(name => [name, words[name] ?? `\`${JSON.stringify(defaults[name])}\``]),
  );
});
