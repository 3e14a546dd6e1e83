import { describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { writeOutcome } from '../../shared/outcome.ts';
import type { RunKey } from '../../shared/run.ts';
import { TestContext } from './test-context.ts';
import { outcomeOf, WrittenAttempt } from './written-attempt.ts';

const runOf = (runId: string): RunKey => ({ dagId: 'etl', runId, taskId: 'load' });
const stamp = '2026-11-22T10:00:03.000000001Z';
const failed = { state: 'failed', reason: 'exit_code', exit_code: 1, class: 'user' } as const;
const retry = { try_number: 2, at: '2026-11-22T10:05:00.000Z', budget: 'user' } as const;

/** A bucket with runs in all states. */
async function withRuns(): Promise<TestContext> {
  const context = new TestContext(false);
  const { bucket } = context;
  const done = new WrittenAttempt(bucket, runOf('done'));
  await done.claim();
  await done.end({});
  const going = new WrittenAttempt(bucket, runOf('going'));
  await going.claim();
  await going.running();
  const waiting = new WrittenAttempt(bucket, runOf('waiting'));
  await waiting.claim();
  await waiting.end({ ...failed, retry });
  const twice = new WrittenAttempt(bucket, runOf('twice'));
  await twice.claim();
  await twice.segment(`${stamp} first\n`);
  await twice.end({ ...failed, retry });
  const again = new WrittenAttempt(bucket, runOf('twice'), ['base'], 2);
  await again.claim();
  await again.segment(`${stamp} second\n`);
  await again.end({});
  return context;
}

/** Runs a command; when it waits for the first time, `meanwhile` happens. */
async function call(args: readonly string[], meanwhile?: (context: TestContext) => Promise<void>) {
  const context = await withRuns();
  if (meanwhile) context.clock.duringSleep = () => meanwhile(context);
  const code = await runCli(args, context);
  const messages = context.messages.map(({ data }) => JSON.parse(String(data)));
  return { code, out: context.out.text, err: context.err.text, messages };
}

const key = (runId: string) => ({ dag_id: 'etl', run_id: runId, task_id: 'load' });

describe('cancel', () => {
  test.each([
    {
      what: 'a run that goes on',
      args: ['etl/going/load'],
      said: { code: 0, out: 'etl/going/load\n', err: '' },
      messages: [{ kind: 'cancel', ...key('going') }],
    },
    {
      what: 'a run that waits for its next attempt',
      args: ['etl/waiting/load'],
      said: { code: 0, out: 'etl/waiting/load\n', err: '' },
      messages: [{ kind: 'cancel', ...key('waiting') }],
    },
    {
      what: 'a run that has not come yet',
      args: ['etl/later/load', '--json'],
      said: { code: 0, out: '{"run":"etl/later/load","cancel":"asked for"}\n', err: '' },
      messages: [{ kind: 'cancel', ...key('later') }],
    },
    {
      what: 'a run that has ended: nothing is published',
      args: ['etl/done/load'],
      said: { code: 1, out: 'etl/done/load had ended: success\n', err: '' },
      messages: [],
    },
  ])('$what', async ({ args, said, messages }) => {
    expect(await call(['cancel', ...args])).toEqual({ ...said, messages });
  });

  test.each([
    { state: 'cancelled', reason: 'cancelled', class: 'cancelled', code: 0 },
    { state: 'success', reason: 'completed', class: 'none', code: 1 },
  ] as const)('with --wait tells what it came to: $state', async ({ code, ...end }) => {
    const result = await call(['cancel', 'etl/going/load', '--wait'], async ({ bucket }) => {
      await new WrittenAttempt(bucket, runOf('going')).end(end);
    });
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toContain(end.state);
  });
});

describe('retry', () => {
  test.each([
    { run: 'twice', tryNumber: 3 },
    { run: 'waiting', tryNumber: 2 },
  ])('asks for attempt $tryNumber of $run', async ({ run, tryNumber }) => {
    const name = `etl/${run}/load`;
    const messages = [{ kind: 'retry', ...key(run), try_number: tryNumber }];
    expect(await call(['retry', name])).toEqual({ code: 0, out: `${name}\n`, err: '', messages });
    const out = `${JSON.stringify({ run: name, try_number: tryNumber })}\n`;
    expect(await call(['retry', name, '--json'])).toEqual({ code: 0, out, err: '', messages });
  });

  test.each([
    { run: 'etl/going/load', says: ['etl/going/load is running', 'taskpod cancel etl/going/load'] },
    { run: 'etl/nothing/load', says: ['there is no run etl/nothing/load'] },
  ])('of $run is refused, with what to do', async ({ run, says }) => {
    const { code, err, messages } = await call(['retry', run]);
    expect([code, messages]).toEqual([2, []]);
    for (const text of says) expect(err).toContain(text);
  });

  test('of a task that was rejected is refused', async () => {
    const context = await withRuns();
    const signal = AbortSignal.timeout(1_000);
    const { launch, outcome } = attemptObjects({ ...runOf('bad'), tryNumber: 1 });
    const claim = { version: 1, message_id: '1', claimed_at: '2026-11-22T10:00:01.000Z', rejected: true };
    await context.bucket.create(launch, JSON.stringify(claim), { signal });
    const end = { state: 'rejected', reason: 'invalid_task', class: 'config' } as const;
    const text = writeOutcome({ ...outcomeOf({ ...runOf('bad'), tryNumber: 1 }), ...end });
    await context.bucket.create(outcome, text, { signal });
    expect(await runCli(['retry', 'etl/bad/load'], context)).toBe(2);
    expect(context.err.text).toContain('Submit the task again');
  });

  test.each([
    { end: {}, code: 0 },
    { end: failed, code: 1 },
  ])('with --follow shows the new attempt alone, and tells how it ended: $code', async ({ end, code }) => {
    const result = await call(['retry', 'etl/twice/load', '--follow'], async ({ bucket }) => {
      const third = new WrittenAttempt(bucket, runOf('twice'), ['base'], 3);
      await third.claim();
      await third.segment(`${stamp} third\n`);
      await third.end(end);
    });
    expect([result.code, result.out]).toEqual([code, 'third\n']);
  });
});

describe('logs --try', () => {
  test.each([
    { args: [], out: 'second\n' },
    { args: ['--try', '1'], out: 'first\n' },
    { args: ['--try', '2'], out: 'second\n' },
  ])('$args', async ({ args, out }) => {
    expect(await call(['logs', 'etl/twice/load', ...args])).toEqual({ code: 0, out, err: '', messages: [] });
  });

  test('of an attempt that is not there names those that are', async () => {
    const { code, err } = await call(['logs', 'etl/twice/load', '--try', '3']);
    expect(code).toBe(2);
    expect(err).toContain('etl/twice/load has no attempt 3');
    expect(err).toContain('1, 2');
  });

  test('does not go with --follow', async () => {
    expect(await call(['logs', 'etl/twice/load', '--try', '1', '-f'])).toMatchObject({ code: 2 });
  });
});

test('status and list show a run that waits for its next attempt', async () => {
  expect((await call(['status', 'etl/waiting/load'])).out).toContain('up_for_retry');
  expect((await call(['list', '--state', 'up_for_retry'])).out).toContain('etl/waiting/load');
});
