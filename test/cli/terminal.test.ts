import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../cli/run.ts';
import { TaskpodError } from '../../shared/errors.ts';
import type { RunKey } from '../../shared/run.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { TestContext } from './test-context.ts';
import { WrittenAttempt } from './written-attempt.ts';

const run: RunKey = { dagId: 'etl', runId: 'r', taskId: 'load' };
const stamp = '2026-11-22T10:00:03.000000001Z';

async function runOn(context: TestContext, ...args: string[]) {
  const code = await runCli(args, context);
  return { code, out: context.out.text, err: context.err.text };
}

/** Does something at each pause. */
class SteppingClock extends RecordingClock {
  readonly #steps: (() => Promise<void>)[];

  constructor(...steps: (() => Promise<void>)[]) {
    super();
    this.#steps = steps;
  }

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await super.sleep(ms, signal);
    await this.#steps.shift()?.();
  }
}

describe('on a terminal', () => {
  test('list is a table', async () => {
    const context = new TestContext(true);
    await new WrittenAttempt(context.bucket, run).claim();
    await new WrittenAttempt(context.bucket, { ...run, runId: '\x1b[31mred' }).end({
      state: 'failed',
      reason: 'oom',
    });
    expect(await runOn(context, 'list')).toEqual({
      code: 0,
      out: [
        '<bold>RUN</>                    <bold>STATE</>   <bold>TRY</>  <bold>QUEUED</>                <bold>TOOK</>   <bold>REASON</>',
        'etl/r/load             <yellow>queued</>  1    2026-01-01T00:00:00Z  -      -',
        'etl/%1B%5B31mred/load  <red>failed</>  1    2026-01-01T00:00:00Z  7.5 s  oom',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('an empty list says what to do', async () => {
    expect(await runOn(new TestContext(true), 'list')).toEqual({
      code: 0,
      out: '',
      err: 'No runs. Submit a task with "taskpod submit FILE".\n',
    });
  });

  test('log lines cannot give orders to the terminal', async () => {
    const context = new TestContext(true);
    const written = new WrittenAttempt(context.bucket, run, ['a', 'base']);
    await written.claim();
    await written.segment(`${stamp} \x1b[31mred\x1b[2J\r\n`);
    expect(await runOn(context, 'logs', 'r', '--timestamps')).toEqual({
      code: 0,
      out: `<red>[base] </><dim>${stamp} </>\x1b[31mred^[[2J\x1b[0m\n`,
      err: '',
    });
  });

  test('an XCom value ends with its line, and obeys the same rule', async () => {
    const context = new TestContext(true);
    await new WrittenAttempt(context.bucket, run).end({}, '"\x1b]0;x\x07"');
    expect(await runOn(context, 'xcom', 'r')).toEqual({ code: 0, out: '"^[]0;x^G"\n', err: '' });
  });

  test('status shows sentences of several lines, and no control characters', async () => {
    const context = new TestContext(true);
    await new WrittenAttempt(context.bucket, run).end({
      state: 'failed',
      reason: 'oom',
      detail: 'a\x1b[2J\nb',
      started_at: null,
      scheduled_at: null,
      queued_at: null,
      pod: null,
    });
    expect(await runOn(context, 'status', 'r')).toEqual({
      code: 1,
      out: [
        '<dim>run        </>etl/r/load',
        '<dim>state      </>failed',
        '<dim>attempt    </>1',
        '<dim>reason     </>oom',
        '<dim>summary    </>The container ended with exit code 0.',
        '<dim>detail     </>a^[[2J',
        '<dim>           </>b',
        '<dim>exit code  </>0',
        '<dim>ended      </>2026-11-22T10:00:09.500Z',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('submit --follow has a live line, which gives way to log lines', async () => {
    const context = new TestContext(true);
    context.stdin = Readable.from([
      Buffer.from('{"task_id":"load","dag_id":"etl","run_id":"r","image":"x"}'),
    ]);
    const written = new WrittenAttempt(context.bucket, run);
    context.clock = new SteppingClock(
      () => written.claim('100'),
      async () => {
        await written.segment(`${stamp} one\n`);
        await written.running();
      },
      () => written.end(),
    );
    const away = '\r\x1b[2K';
    expect(await runOn(context, 'submit', '-', '--follow')).toEqual({
      code: 0,
      out: 'one\n',
      err: [
        'etl/r/load\n',
        `${away}⠋ published etl/r/load 0.0 s`,
        `${away}<yellow>queued</> etl/r/load\n`,
        `${away}⠙ queued etl/r/load 0.5 s`,
        `${away}<cyan>running</> etl/r/load\n`,
        `${away}⠹ running etl/r/load 1.0 s${away}`,
        '<green>success</> etl/r/load after 1.5 s\n',
      ].join(''),
    });
    expect(context.messages).toEqual([
      {
        data: '{"task_id":"load","dag_id":"etl","run_id":"r","image":"x"}',
        attributes: { dag_id: 'etl', task_id: 'load' },
      },
    ]);
  });

  test('logs -f says how the run has ended', async () => {
    const context = new TestContext(true);
    const written = new WrittenAttempt(context.bucket, run);
    await written.claim();
    await written.segment(`${stamp} one\n`);
    await written.end({ state: 'failed', reason: 'oom', summary: 'No memory.', action: 'Give it more.' });
    expect(await runOn(context, 'logs', '-f', 'r')).toEqual({
      code: 0,
      out: 'one\n',
      err: '<red>failed</> etl/r/load after 0.0 s (oom)\n  No memory.\n  Give it more.\n',
    });
  });

  test('submit alone says how to follow', async () => {
    const context = new TestContext(true);
    context.stdin = Readable.from([Buffer.from('{"task_id":"load","image":"x"}')]);
    expect(await runOn(context, 'submit', '-')).toEqual({
      code: 0,
      out: 'default/100/load\n',
      err: '<dim>Follow it: taskpod logs -f default/100/load\n</>',
    });
  });
});

describe('what goes wrong', () => {
  test('a message that nobody takes is told after a while', async () => {
    const context = new TestContext(false);
    context.stdin = Readable.from([Buffer.from('{"task_id":"load","image":"x"}')]);
    const { code, err } = await runOn(context, 'submit', '-', '--wait', '--timeout', '60');
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /^Nothing has taken the message so far\. .*\ntaskpod: .* has not ended after 60 s\n/,
      ),
    });
  });

  test('a reader that has gone ends the command, without a word', async () => {
    const context = new TestContext(false);
    const written = new WrittenAttempt(context.bucket, run);
    await written.claim();
    await written.segment('a\n');
    await written.segment('b\n');
    context.out.closesAfter = 1;
    expect(await runOn(context, 'logs', 'r')).toEqual({ code: 141, out: 'a\n', err: '' });
  });

  test.each([
    {
      name: 'a local stack that does not answer',
      error: new TaskpodError('storage_unavailable', 'Cloud Storage does not answer', {
        action: 'Look at Google.',
      }),
      err: 'taskpod: Cloud Storage does not answer\n"taskpod local" does not answer. Is it busy, or gone? Start it again with "taskpod local".\n',
    },
    {
      name: 'an error that brings its own advice',
      error: new TaskpodError('storage_refused', 'no access', { action: 'Ask for it.' }),
      err: 'taskpod: no access\nAsk for it.\n',
    },
    {
      name: 'an error without advice',
      error: new TaskpodError('invalid_document', 'outcome.json is not JSON'),
      err: 'taskpod: outcome.json is not JSON\nRun it again with TASKPOD_DEBUG=1 to see more.\n',
    },
    {
      name: 'a bug',
      error: new TypeError('x is not a function'),
      err: 'taskpod: x is not a function\nThis is a mistake in taskpod: please report it, with what TASKPOD_DEBUG=1 shows.\n',
    },
  ])('$name', async ({ error, err }) => {
    const context = new TestContext(false);
    context.bucket.fault = () => {
      throw error;
    };
    expect(await runOn(context, 'list')).toEqual({ code: 1, out: '', err });
  });

  test('TASKPOD_DEBUG shows where it comes from', async () => {
    const context = new TestContext(false);
    context.env.TASKPOD_DEBUG = '1';
    context.bucket.fault = () => {
      throw new TypeError('x');
    };
    expect((await runOn(context, 'list')).err).toMatch(/\nx\nTypeError: x\n {4}at /);
  });

  test('an interruption', async () => {
    const context = new TestContext(false);
    context.signal = AbortSignal.abort();
    expect(await runOn(context, 'list')).toEqual({ code: 130, out: '', err: '' });
  });
});
