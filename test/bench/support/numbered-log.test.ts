import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  burstCommand,
  checkNumberedLog,
  timestampBytes,
  writerCommand,
} from '../../../bench/support/numbered-log.ts';

const start = Date.UTC(2026, 10, 23, 10);

function line(number: number): string {
  const timestamp = new Date(start + number).toISOString().replace('Z', '000000Z');
  return `${timestamp} ${String(number).padStart(8, '0')} ${'x'.repeat(90)}\n`;
}

const lines = [1, 2, 3].map(line);

describe('checkNumberedLog', () => {
  test('counts whole lines and tells when the first was written', () => {
    expect(checkNumberedLog(Buffer.from(lines.join('')))).toEqual({ lines: 3, firstMs: start + 1 });
  });

  test('does not count what a cut has left', () => {
    expect(checkNumberedLog(Buffer.from(lines.join('').slice(0, -1)))).toEqual({
      lines: 2,
      firstMs: start + 1,
    });
    expect(checkNumberedLog(Buffer.alloc(0))).toEqual({ lines: 0, firstMs: 0 });
  });

  test.each([
    ['a line that is missing', [1, 3].map(line), /^instead of line 2 .* 00000003/],
    ['a line that came twice', [1, 1, 2].map(line), /^instead of line 2 .* 00000001/],
    ['lines in another order', [2, 1].map(line), /^instead of line 1 .* 00000002/],
    ['a line that lacks a byte', [line(1).replace('xx', 'x')], /^instead of line 1 /],
    ['a line that is not the writer’s', ['2026-11-23T10:00:00Z hello\n'], /^instead of line 1 .* hello$/],
  ])('throws at %s', (_, copy, message) => {
    expect(() => checkNumberedLog(Buffer.from(copy.join('')))).toThrow(message);
  });
});

test('the writer prints such lines', () => {
  expect(writerCommand({ lines: 3, waitSeconds: 2, staySeconds: 15 })).toEqual([
    'perl',
    '-e',
    'sleep 2; my $pad = "x" x 90; printf "%08d %s\\n", $_, $pad for 1 .. 3; $| = 1; sleep 15',
  ]);
});

test('bursts go on with the numbers, each at its time', () => {
  const [command = '', ...args] = burstCommand({ lines: 2, at: [1, 2], staySeconds: 0 });
  const printed = execFileSync(command, args, { encoding: 'utf8' }).split('\n').slice(0, -1);
  const stamped = printed.map(text => `2026-11-23T10:00:00.000000000Z ${text}\n`);
  expect(checkNumberedLog(Buffer.from(stamped.join('')))).toEqual({ lines: 4, firstMs: start });
  expect(stamped[0]?.length).toBe(timestampBytes + 100);
});
