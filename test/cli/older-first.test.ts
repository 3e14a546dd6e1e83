import { expect, test } from 'vitest';
import { olderFirst } from '../../cli/dead-letters/box.ts';

const message = (publishTime: string, messageId: string) => ({ publishTime, messageId });
const early = '2026-11-23T10:00:00.123Z';
const late = '2026-11-23T10:00:00.124Z';

test('dead letters are in the order of their time, and within a millisecond of their ids', () => {
  const ordered = [message(early, '9'), message(early, '10'), message(early, '11'), message(late, '1')];
  expect([...ordered].reverse().sort(olderFirst)).toEqual(ordered);
  expect(olderFirst(message(early, '7'), message(early, '7'))).toBe(0);
});
