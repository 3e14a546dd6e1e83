import { describe, expect, test } from 'vitest';
import { parseWatchMessage } from '../../shared/watch-message.ts';

describe('parseWatchMessage', () => {
  test.each([
    [{ kind: 'ticket', scope: 'main-abc-0' }],
    [{ kind: 'ticket', scope: 's'.repeat(63) }],
    [{ kind: 'sweep' }],
  ])('reads %j', message => {
    expect(parseWatchMessage(JSON.stringify(message))).toEqual(message);
  });

  test.each([
    [{ kind: 'ticket' }],
    [{ kind: 'ticket', scope: '' }],
    [{ kind: 'ticket', scope: 's'.repeat(64) }],
    [{ kind: 'other' }],
    [[]],
    ['sweep'],
  ])('refuses %j', message => {
    expect(() => parseWatchMessage(JSON.stringify(message))).toThrow(
      expect.objectContaining({
        code: 'invalid_document',
        message: expect.stringMatching(/^the message on the watch topic is not valid/),
      }),
    );
  });
});
