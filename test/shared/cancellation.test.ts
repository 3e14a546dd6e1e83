import { expect, test } from 'vitest';
import { parseCancellation } from '../../shared/cancellation.ts';

test('a cancel.json is read as it was written', () => {
  const written = { version: 1, message_id: '7', requested_at: '2026-11-29T10:00:00.000Z' } as const;
  expect(parseCancellation(JSON.stringify(written))).toEqual(written);
});

test.each([
  ['no JSON', '{'],
  ['of another version', '{"version":2,"message_id":"7","requested_at":"2026-11-29T10:00:00.000Z"}'],
  ['without the message', '{"version":1,"requested_at":"2026-11-29T10:00:00.000Z"}'],
])('what is %s is told by its name', (_, text) => {
  const told = expect.objectContaining({
    code: 'invalid_document',
    message: expect.stringContaining('cancel.json'),
  });
  expect(() => parseCancellation(text)).toThrow(told);
});
