import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { states } from '../../shared/outcome.ts';
import { stateEvent } from '../../shared/state-event.ts';
import { checkTask } from '../../shared/task/check-task.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/events.md');
const event = stateEvent({
  attempt: { dagId: 'etl', runId: '2026-01-01', taskId: 'load', mapIndex: 0, tryNumber: 1 },
  state: 'failed',
  reason: 'exit_code',
  class: 'user',
  exitCode: 3,
  summary: 'The base container ended with exit code 3.',
  at: '2026-01-01T00:00:10.000Z',
  bucket: 'my-bucket',
});
const [stateTable = '', rest = ''] = page.split('```json');

test('docs/events.md lists every state, and no other', () => {
  expect(tableRows(stateTable).map(([state]) => state)).toEqual(states);
});

test('the event in docs/events.md is what is published', () => {
  expect(JSON.parse(rest.slice(0, rest.indexOf('```')))).toEqual(JSON.parse(event.data));
  const attributes = tableRows(rest).map(([name, value = '']) => [name, value.replaceAll('`', '')]);
  expect(Object.fromEntries(attributes)).toEqual(event.attributes);
});

test('docs/events.md shows the whole of examples/chain', () => {
  const [, shown] = /```ts\n(.*?)```/s.exec(page) ?? [];
  expect(shown).toBe(readText('examples/chain/index.ts'));
});

test('the transform in docs/events.md makes a task of an event', () => {
  const [, code] = /```js\n(.*?)```/s.exec(page) ?? [];
  const made = runInNewContext(`${code}; load(message)`, { message: event });
  const { problems, run } = checkTask(Buffer.from(made.data), 'm1', {});
  expect(problems).toEqual([]);
  expect(run).toEqual({ dagId: 'etl', runId: '2026-01-01', taskId: 'load' });
});
