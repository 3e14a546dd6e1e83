import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readUnrendered } from '../../shared/task/read-fields.ts';

const document = z.object({
  messages: z.array(z.looseObject({ dag_id: z.string(), task_id: z.string() })),
});
const { messages } = document.parse(
  JSON.parse(readFileSync(new URL('messages.json', import.meta.url), 'utf8')),
);

test('every exported message is a task, in which nothing is without effect', () => {
  const remarks = messages.flatMap(message => {
    const { problems, warnings } = readUnrendered(message);
    return [...problems, ...warnings].map(({ path, message: text }) => `${message.task_id} ${path}: ${text}`);
  });
  expect(remarks).toEqual([]);
  expect(messages.length).toBe(20);
});
