import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { burstsTold, type LogPlan, printedLog, printScript, stopCode, stoppedLog } from './log-output.ts';
import { resultScript, writtenResult, type XcomPlan, xcomOverheadBytes } from './xcom-output.ts';

const plain: LogPlan = {
  seed: 1,
  bursts: 1,
  linesPerBurst: 3,
  pauseSeconds: 0,
  longLines: false,
  unfinished: false,
  stream: 'stdout',
};

/** Runs a script as a container does. */
function run(script: string, tryNumber: number): { stdout: Buffer; stderr: Buffer; status: number | null } {
  const options = { maxBuffer: 64 * 1_024 * 1_024, timeout: 60_000 };
  return spawnSync('sh', ['-c', script, 'task', String(tryNumber)], options);
}

describe('a script that is told to end', () => {
  const plan: LogPlan = { ...plain, bursts: 600, linesPerBurst: 2, pauseSeconds: 1, stops: true };

  test.each(['stdout', 'stderr'] as const)(
    'says on %s how much it has printed, and ends with a code of its own',
    async stream => {
      const child = spawn('sh', ['-c', printScript({ ...plan, stream }), 'task', '3']);
      const printed: Buffer[] = [];
      child[stream].on('data', chunk => printed.push(chunk));
      await setTimeout(1_500);
      child.kill('SIGTERM');
      const [code] = await once(child, 'close');
      const log = Buffer.concat(printed);
      const bursts = burstsTold(log);
      expect(code).toBe(stopCode);
      expect(bursts).toBeGreaterThan(0);
      expect(log.toString()).toBe(stoppedLog(plan, 3, bursts ?? 0).toString());
    },
  );

  test('of another log nothing is told', () => {
    const told = ['', 'stopped 3', 'not stopped 3\n', 'stopped 3\nand more\n'].map(text =>
      burstsTold(Buffer.from(text)),
    );
    expect(told).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('a log is what the script prints', () => {
  test.each<[string, LogPlan, number]>([
    ['three lines', plain, 1],
    ['no line', { ...plain, linesPerBurst: 0 }, 1],
    ['bursts, none of them like the other', { ...plain, bursts: 7, linesPerBurst: 40 }, 1],
    ['another try', { ...plain, bursts: 2, linesPerBurst: 40 }, 12],
    ['the largest seed', { ...plain, seed: 2_147_483_646, linesPerBurst: 200 }, 3],
    ['long lines', { ...plain, seed: 77, linesPerBurst: 300, longLines: true }, 1],
    ['an unfinished last line', { ...plain, bursts: 2, linesPerBurst: 5, unfinished: true }, 1],
    ['standard error', { ...plain, linesPerBurst: 50, stream: 'stderr' }, 1],
    ['ten thousand lines', { ...plain, seed: 4_711, linesPerBurst: 10_000 }, 2],
  ])('%s', (_, plan, tryNumber) => {
    const { stdout, stderr, status } = run(printScript(plan), tryNumber);
    const printed = printedLog(plan, tryNumber);
    const nothing = Buffer.alloc(0);
    const expected =
      plan.stream === 'stdout'
        ? { stdout: printed, stderr: nothing, status: 0 }
        : { stdout: nothing, stderr: printed, status: 0 };
    expect({ stdout, stderr, status }).toEqual(expected);
  });

  test('of lines of all kinds', () => {
    const lines = printedLog({ ...plain, linesPerBurst: 1_000, longLines: true }, 1)
      .toString()
      .split('\n');
    const shares = {
      empty: lines.filter(line => line === '').length,
      foreign: lines.filter(line => /[^\n -~]/.test(line)).length,
      long: lines.filter(line => line.length > 16_384).length,
      all: lines.length,
    };
    expect(shares).toEqual({ empty: 54, foreign: 67, long: 28, all: 1_001 });
  });

  test('of every try, burst and seed another', () => {
    const of = (more: Partial<LogPlan>, tryNumber: number): string =>
      printedLog({ ...plain, linesPerBurst: 20, ...more }, tryNumber).toString();
    const outputs = [of({}, 1), of({}, 2), of({ seed: 2 }, 1), of({ bursts: 2 }, 1).slice(of({}, 1).length)];
    expect(new Set(outputs).size).toBe(4);
  });
});

describe('a result is what the script writes', () => {
  test.each<[string, XcomPlan, number]>([
    ['no letters', { seed: 1, kind: 'value', letters: 0 }, 1],
    ['some', { seed: 9, kind: 'value', letters: 517 }, 2],
    ['300 KiB', { seed: 9, kind: 'value', letters: 307_200 }, 3],
    ['an empty file', { seed: 1, kind: 'empty', letters: 0 }, 1],
    ['no file', { seed: 1, kind: 'none', letters: 0 }, 1],
  ])('%s', (_, plan, tryNumber) => {
    const folder = mkdtempSync(join(tmpdir(), 'chaos-result-'));
    const file = join(folder, 'return.json');
    try {
      const script = resultScript(plan).replaceAll('/airflow/xcom/return.json', file);
      const { status, stderr } = run(script, tryNumber);
      expect([status, stderr.toString()]).toEqual([0, '']);
      const expected = writtenResult(plan, tryNumber);
      if (expected === undefined) expect(() => readFileSync(file)).toThrow(/ENOENT/);
      else expect(readFileSync(file)).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('that is JSON, and no longer than it says', () => {
    const plan: XcomPlan = { seed: 1, kind: 'value', letters: 4_000 };
    const bytes = writtenResult(plan, 1_234) ?? Buffer.alloc(0);
    const text = bytes.toString();
    const letters = text.slice('[1234, "Größe", "'.length, -2);
    expect(JSON.parse(text)).toEqual([1_234, 'Größe', letters]);
    expect(letters).toHaveLength(plan.letters);
    expect(bytes.length - plan.letters).toBeLessThanOrEqual(xcomOverheadBytes);
  });
});
