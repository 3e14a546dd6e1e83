import { describe, expect, test } from 'vitest';
import { isControlMessage, readControlMessage, writeControlMessage } from '../../shared/control-message.ts';

const key = { dag_id: 'd', run_id: 'r', task_id: 't' };
const run = { dagId: 'd', runId: 'r', taskId: 't' };

describe('isControlMessage', () => {
  test.each([
    [{ kind: 'cancel' }, true],
    [{ kind: null }, true],
    [{ task_id: 't' }, false],
    [[{ kind: 'cancel' }], false],
    ['kind', false],
    [null, false],
    [undefined, false],
  ])('%j: %s', (value, expected) => {
    expect(isControlMessage(value)).toBe(expected);
  });
});

describe('readControlMessage', () => {
  test.each([
    [
      { kind: 'cancel', ...key },
      { kind: 'cancel', run },
    ],
    [
      { kind: 'cancel', ...key, map_index: -1 },
      { kind: 'cancel', run },
    ],
    [
      { kind: 'cancel', run_id: 'r', task_id: 't', map_index: 3 },
      { kind: 'cancel', run: { ...run, dagId: 'default', mapIndex: 3 } },
    ],
    [
      { kind: 'retry', ...key, try_number: 2 },
      { kind: 'retry', run, tryNumber: 2 },
    ],
  ])('%j', (value, message) => {
    expect(readControlMessage(value)).toEqual({ ok: true, message });
  });

  test.each([
    [
      { kind: 'start', ...key },
      [{ path: 'kind', message: 'must be "cancel" or "retry"; a task has no such key' }],
    ],
    [{ kind: 'cancel', task_id: 't' }, [{ path: 'run_id', message: 'must have 1 to 250 characters' }]],
    [
      { kind: 'retry', run_id: 'r' },
      [
        { path: 'try_number', message: 'must be a whole number' },
        { path: 'task_id', message: 'is required' },
      ],
    ],
    [{ kind: 'retry', ...key, try_number: 1 }, [{ path: 'try_number', message: 'must be at least 2' }]],
    [
      { kind: 'retry', ...key, try_number: 1_000_000 },
      [{ path: 'try_number', message: 'must be at most 999999' }],
    ],
    [
      { kind: 'cancel', ...key, try_number: 2 },
      [{ path: 'try_number', message: 'is not a parameter: remove it (docs/parameters.md lists them)' }],
    ],
  ])('%j is refused', (value, problems) => {
    expect(readControlMessage(value)).toEqual({ ok: false, problems });
  });

  test.each([
    { kind: 'cancel', run } as const,
    { kind: 'retry', run: { ...run, mapIndex: 0 }, tryNumber: 7 } as const,
  ])('reads what writeControlMessage writes: %j', message => {
    expect(readControlMessage(JSON.parse(writeControlMessage(message)))).toEqual({ ok: true, message });
  });
});
