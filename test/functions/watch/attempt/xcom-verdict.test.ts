import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { judgeXcom } from '../../../../functions/watch/attempt/xcom-verdict.ts';
import { diagnosis } from '../../../../shared/diagnosis/reasons.ts';
import type { XcomResult } from '../../../../shared/xcom-frame.ts';

function value(bytes: Buffer): XcomResult {
  return { kind: 'value', bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const taken = [
  { name: 'an object', bytes: Buffer.from('{"a": [1, 2]}\n') },
  { name: 'non-ASCII text', bytes: Buffer.from('"größe 日本 🎉"') },
  { name: 'an empty file', bytes: Buffer.alloc(0) },
  { name: 'null', bytes: Buffer.from('null') },
];
test.each(taken)('$name is taken as it is', ({ bytes }) => {
  expect(judgeXcom(value(bytes), 100)).toEqual(value(bytes));
});

const invalid = 'The result is not JSON.';
const refused: { name: string; result: XcomResult; expected: ReturnType<typeof diagnosis> }[] = [
  {
    name: 'a bare word',
    result: value(Buffer.from('hello')),
    expected: diagnosis('xcom_invalid', { summary: invalid, detail: '5 bytes, not JSON', exitCode: 0 }),
  },
  {
    name: 'JSON that is cut says where',
    result: value(Buffer.from('{"a": 1')),
    expected: diagnosis('xcom_invalid', {
      summary: invalid,
      detail: '7 bytes, not JSON from position 7 on',
      exitCode: 0,
    }),
  },
  {
    name: 'Latin-1',
    result: value(Buffer.from([0x22, 0xe4, 0x22])),
    expected: diagnosis('xcom_invalid', {
      summary: invalid,
      detail: '3 bytes that are not UTF-8',
      exitCode: 0,
    }),
  },
  {
    name: 'too big',
    result: { kind: 'too_big', bytes: 101 },
    expected: diagnosis('xcom_too_big', {
      summary: 'The result is too big.',
      detail: '101 bytes, at most 100 are taken',
      exitCode: 0,
    }),
  },
  {
    name: 'incomplete',
    result: { kind: 'incomplete', detail: 'the frame has no end' },
    expected: diagnosis('xcom_lost', {
      summary: 'The task exited 0, but its result is lost.',
      detail: 'the frame has no end',
      exitCode: 0,
    }),
  },
];
test.each(refused)('$name fails the run', ({ result, expected }) => {
  expect(judgeXcom(result, 100)).toEqual({ kind: 'failure', diagnosis: expected });
});

test('no file is no value, and no failure', () => {
  expect(judgeXcom({ kind: 'none' }, 100)).toEqual({ kind: 'nothing' });
});

test('what a result holds is never quoted', () => {
  const verdict = judgeXcom(value(Buffer.from('{"password": hunter2}')), 100);
  expect(JSON.stringify(verdict)).not.toContain('hunter2');
});
