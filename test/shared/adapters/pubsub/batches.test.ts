import { expect, test } from 'vitest';
import { publishBatches } from '../../../../shared/adapters/pubsub/batches.ts';

const sizes = (messages: { data: string }[][]) => messages.map(batch => batch.map(({ data }) => data.length));

test('nothing is no request', () => {
  expect(publishBatches([])).toEqual([]);
});

test('1,000 messages are one request, 1,001 are two, in order', () => {
  const messages = Array.from({ length: 1_001 }, (_, i) => ({ data: String(i) }));
  expect(publishBatches(messages.slice(1))).toEqual([messages.slice(1)]);
  expect(publishBatches(messages)).toEqual([messages.slice(0, 1_000), messages.slice(1_000)]);
});

test('what would be more than 10 MB in base64 is divided', () => {
  const three = Array.from({ length: 3 }, () => ({ data: 'x'.repeat(3_500_000) }));
  expect(sizes(publishBatches(three))).toEqual([[3_500_000, 3_500_000], [3_500_000]]);
  const large = [{ data: 'x' }, { data: 'y'.repeat(10_000_000) }, { data: 'z' }];
  expect(sizes(publishBatches(large))).toEqual([[1], [10_000_000], [1]]);
});

test.each([
  ['data', { data: 'x'.repeat(10_000_001) }],
  ['bytes, not characters', { data: 'ü'.repeat(5_000_001) }],
  ['data and attributes together', { data: 'x'.repeat(9_999_999), attributes: { a: 'b' } }],
])('a message that is too large is refused: %s', (_title, message) => {
  expect(() => publishBatches([message])).toThrow(
    expect.objectContaining({
      code: 'pubsub_refused',
      retryable: false,
      action: expect.stringMatching(/^Send at most/),
    }),
  );
});
