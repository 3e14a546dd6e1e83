import { expect, test } from 'vitest';
import { parseTask } from '../shared/task/parse-task.ts';
import { readText } from './page.ts';

test('the task on the page is one', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(readText('docs/task.md')) ?? [];
  expect(parseTask(Buffer.from(json), { messageId: 'm', defaultNamespace: 'n' }).ok).toBe(true);
});
