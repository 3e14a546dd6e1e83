import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cloudPace, type FollowItem, type FollowOptions, followRun } from '../../cli/follow.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import type { RunKey } from '../../shared/run.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { WrittenAttempt } from './written-attempt.ts';

const run: RunKey = { dagId: 'etl', runId: 'r', taskId: 'load' };
const stamp = '2026-11-22T10:00:03.000000001Z';
const never = new AbortController().signal;

/** Does the next step at each pause; when none is left, time passes. */
class SteppingClock extends RecordingClock {
  readonly #steps: (() => Promise<void>)[];

  constructor(steps: (() => Promise<void>)[]) {
    super();
    this.#steps = [...steps];
  }

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await super.sleep(ms, signal);
    await this.#steps.shift()?.();
  }
}

function setUp() {
  const store = new MemoryStore();
  return { store, written: new WrittenAttempt(store, run) };
}

async function follow(
  store: MemoryStore,
  steps: (() => Promise<void>)[],
  options: Partial<FollowOptions> = {},
): Promise<{ told: string[]; sleeps: number[] }> {
  const clock = new SteppingClock(steps);
  const told: string[] = [];
  const items = followRun({
    run,
    store,
    clock,
    pace: cloudPace,
    wanted: () => true,
    withinMs: 3_600_000,
    signal: never,
    ...options,
  });
  for await (const item of items) told.push(...tell(item));
  return { told, sleeps: clock.sleeps };
}

function tell(item: FollowItem): string[] {
  if (item.kind !== 'lines') return [`${item.kind} ${item.state?.state ?? '-'}`];
  return item.lines.map(({ text }) => `${item.tryNumber} ${item.container}: ${text}`);
}

describe('followRun', () => {
  test('states and lines as they appear, then the rest of the composed log', async () => {
    const { store, written } = setUp();
    const { told, sleeps } = await follow(store, [
      () => written.claim(),
      () => written.running(),
      () => written.segment(`${stamp} one\n${stamp} tw`),
      async () => {
        await written.segment('o\n');
        await written.segment(`${stamp} three`);
      },
      async () => {
        await written.segment(' and a half\nfour');
        await written.end();
      },
    ]);
    expect(told).toEqual([
      'look -',
      'look queued',
      'look running',
      'look running',
      '1 base: one',
      'look running',
      '1 base: two',
      'look success',
      '1 base: three and a half',
      '1 base: four',
      'end success',
    ]);
    expect(sleeps).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  test('pauses grow while there is no news, and begin again with some', async () => {
    const { store, written } = setUp();
    const nothing = async (): Promise<void> => undefined;
    const steps = [nothing, nothing, nothing, nothing, () => written.claim(), nothing, () => written.end()];
    expect((await follow(store, steps)).sleeps).toEqual([1_000, 1_500, 2_250, 3_000, 3_000, 1_000, 1_500]);
  });

  test('documents are read once', async () => {
    const { store, written } = setUp();
    const reads: string[] = [];
    store.fault = (call, moment) => {
      if (moment === 'before' && call.startsWith('read ')) reads.push(call.split('/').at(-1) ?? '');
    };
    const nothing = async (): Promise<void> => undefined;
    await written.claim();
    await written.running();
    await follow(store, [nothing, nothing, () => written.end()]);
    expect(reads).toEqual(['launch.json', 'running.json', 'outcome.json']);
  });

  test('only wanted containers; none at all without a choice', async () => {
    const { store, written } = setUp();
    await written.claim();
    await written.segment('a\n', 'side');
    await written.segment('b\n');
    await written.end();
    const { told } = await follow(store, [], { wanted: container => container === 'side' });
    expect(told).toEqual(['look success', '1 side: a', 'end success']);
    const clock = new RecordingClock();
    const items = followRun({ run, store, clock, pace: cloudPace, withinMs: 1_000, signal: never });
    expect((await Array.fromAsync(items)).flatMap(tell)).toEqual(['look success', 'end success']);
  });

  test('a later attempt is followed too, and the end of an earlier log is not kept back', async () => {
    const { store, written } = setUp();
    const second = new WrittenAttempt(store, run, ['base'], 2);
    await written.claim();
    await written.segment('a\nlost end');
    const { told } = await follow(store, [
      () => second.claim(),
      async () => {
        await second.segment('b\n');
        await second.end({ state: 'failed' });
      },
    ]);
    expect(told).toEqual([
      'look queued',
      '1 base: a',
      'look queued',
      '1 base: lost end',
      'look failed',
      '2 base: b',
      'end failed',
    ]);
  });

  test('a segment that goes away while it is read is read from the composed log', async () => {
    const { store, written } = setUp();
    await written.claim();
    await written.segment('a\n');
    await written.segment('b\n');
    const second = attemptObjects(written.attempt).segment('base', 2);
    let isGone = false;
    store.fault = async (call, moment) => {
      if (isGone || moment !== 'before' || call !== `read ${second}`) return;
      isGone = true;
      await store.remove(second, { signal: never });
    };
    const { told } = await follow(store, [() => written.end()]);
    expect(told).toEqual(['look queued', '1 base: a', 'look success', '1 base: b', 'end success']);
  });

  test.each([
    {
      name: 'a run that never appears',
      options: { appearWithinMs: 5_000 },
      error: { code: 'not_found', message: 'there is no run etl/r/load' },
    },
    {
      name: 'a run that does not end',
      options: { withinMs: 5_000 },
      error: { code: 'deadline_exceeded', message: 'etl/r/load has not ended after 5 s' },
    },
    { name: 'an abort', options: { signal: AbortSignal.abort() }, error: { code: 'aborted' } },
  ])('$name', async ({ options, error }) => {
    const { store } = setUp();
    await expect(follow(store, [], options)).rejects.toMatchObject(error);
  });
});

property.prop([
  fc.array(fc.array(fc.constantFrom('a', 'b\n', '\n', `${stamp} c\n`, `${stamp} d`), { maxLength: 4 }), {
    maxLength: 6,
  }),
  fc.nat({ max: 6 }),
  fc.boolean(),
])('every line is told once, however the log is cut', async (segments, composedAt, keepSegments) => {
  const { store, written } = setUp();
  await written.claim();
  const texts = segments.map(pieces => pieces.join('')).filter(text => text !== '');
  const end = async (): Promise<void> => {
    await written.end();
    const names = attemptObjects(written.attempt);
    for (const number of keepSegments ? [] : texts.keys())
      await store.remove(names.segment('base', number + 1), { signal: never });
  };
  const steps = texts.map(text => () => written.segment(text));
  // From some segment on everything comes in one step with the end.
  const rest = steps.splice(composedAt);
  steps.push(async () => {
    for (const step of rest) await step();
    await end();
  });
  const { told } = await follow(store, steps);
  const lines = texts.join('').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const expected = lines.map(line => `1 base: ${line.startsWith(`${stamp} `) ? line.slice(31) : line}`);
  expect(told.filter(item => item.startsWith('1 base'))).toEqual(expected);
});
