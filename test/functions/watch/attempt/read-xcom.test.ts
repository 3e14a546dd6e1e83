import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { readXcom } from '../../../../functions/watch/attempt/read-xcom.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import { xcomContainer } from '../../../../shared/pod-words.ts';
import type { XcomResult } from '../../../../shared/xcom-frame.ts';
import { makePod, makeRecord, running, terminated } from '../../../fakes/make-pod.ts';
import type { ScriptedLogs } from '../../../fakes/scripted-logs.ts';
import { frameLines, WatchWorld } from '../watch-world.ts';

const record = makeRecord({ xcom: 'sidecar' });
const name = 't1-u1';
const text = JSON.stringify({ größe: 'x'.repeat(20_000) });
const value = valueResult(text);

function valueResult(content: string): XcomResult {
  const bytes = Buffer.from(content);
  return { kind: 'value', bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A Pod whose main container has exited 0 and whose sidecar is still there. */
class Reading {
  readonly world = new WatchWorld();
  readonly stop = new AbortController();
  readonly updates = new PodUpdates(
    makePod(
      {
        phase: 'Running',
        containerStatuses: [terminated(0)],
        initContainerStatuses: [running(xcomContainer)],
      },
      { record },
    ),
  );
  readonly sidecar: ScriptedLogs;
  /** What was read, or the error; and at what second. */
  result: unknown;
  atSecond: number | undefined;

  constructor() {
    this.world.cluster.put(this.updates.pod);
    this.sidecar = this.world.cluster.log(name, xcomContainer);
  }

  start(): void {
    const { clock } = this.world;
    const began = clock.now();
    const end = (result: unknown): void => {
      this.result = result;
      this.atSecond = (clock.now() - began) / 1_000;
    };
    readXcom(record, this.updates, this.world.deps(), this.stop.signal).then(end, end);
  }

  print(...lines: string[]): void {
    for (const line of lines) this.sidecar.write(line);
  }

  async after(seconds: number): Promise<void> {
    await this.world.clock.advance(seconds * 1_000);
  }

  /** The Pod gets its last phase; with a termination message of the sidecar where one is given. */
  async terminate(message?: string): Promise<void> {
    const sidecar = terminated(0, { name: xcomContainer, ...(message === undefined ? {} : { message }) });
    const status = {
      phase: 'Succeeded',
      containerStatuses: [terminated(0)],
      initContainerStatuses: [sidecar],
    };
    this.world.cluster.setStatus(name, status);
    this.updates.update({ ...this.updates.pod, status });
    await this.world.clock.settle();
  }

  get requests(): number {
    return this.sidecar.requests.length;
  }

  /** Nothing of this reading is left behind. */
  expectClean(): void {
    expect(this.world.clock.sleeping).toBe(0);
    expect(getEventListeners(this.stop.signal, 'abort')).toEqual([]);
  }
}

describe('the frame in the sidecar’s log', () => {
  test('that is there already is read at once, without waiting for the stream’s end or the phase', async () => {
    const reading = new Reading();
    reading.print('some shell noise', ...frameLines(text));
    reading.start();
    await reading.after(0);
    expect([reading.result, reading.atSecond]).toEqual([value, 0]);
    expect(reading.sidecar.requests).toEqual([{ follow: true }]);
    reading.expectClean();
  });

  test.each([1, 7, 8_192])('is put together from chunks of %i bytes', async size => {
    const reading = new Reading();
    reading.sidecar.chunkSizes = [size];
    reading.print('a line before', ...frameLines('{"a":"2026-11-23T10:00:00.000000001Z "}'));
    reading.start();
    await reading.after(0);
    expect(reading.result).toEqual(valueResult('{"a":"2026-11-23T10:00:00.000000001Z "}'));
  });

  test('that is still being printed is followed to its end', async () => {
    const reading = new Reading();
    const lines = frameLines(text);
    reading.start();
    for (const line of lines) {
      await reading.after(1);
      expect(reading.result).toBeUndefined();
      reading.print(line);
    }
    await reading.after(0);
    expect(reading.result).toEqual(value);
    expect(reading.requests).toBe(1);
  });

  test.each([
    ['cut in the middle', { after: 9_000, how: 'cut' }],
    ['ended in the middle, as if it were all', { after: 9_000, how: 'end' }],
    ['not to be opened', { refuse: new TaskpodError('kubernetes_unavailable', '500', { retryable: true }) }],
    ['not there yet', { refuse: new TaskpodError('log_not_ready', 'waiting', { retryable: true }) }],
  ] as const)('is read anew from its beginning when the log is %s', async (_, fault) => {
    const reading = new Reading();
    reading.print(...frameLines(text));
    reading.sidecar.faults.push(fault, fault);
    reading.start();
    await reading.after(0.499);
    expect(reading.result).toBeUndefined();
    await reading.after(0.001);
    expect(reading.result).toEqual(value);
    expect(reading.sidecar.requests).toEqual([{ follow: true }, { follow: true }, { follow: true }]);
    reading.expectClean();
  });

  test.each([
    { line: 'XCOM1 NONE', expected: { kind: 'none' } },
    { line: 'XCOM1 TOOBIG 5000000', expected: { kind: 'too_big', bytes: 5_000_000 } },
    {
      line: `XCOM1 BEGIN 1000001 ${'0'.repeat(64)}`,
      expected: { kind: 'too_big', bytes: 1_000_001 },
    },
  ])('may also say $line', async ({ line, expected }) => {
    const reading = new Reading();
    reading.print(line);
    reading.start();
    await reading.after(0);
    expect(reading.result).toEqual(expected);
  });

  test('of a Pod that has stopped is read once, without following', async () => {
    const reading = new Reading();
    reading.print(...frameLines(text));
    await reading.terminate();
    reading.start();
    await reading.after(0);
    expect(reading.result).toEqual(value);
    expect(reading.sidecar.requests).toEqual([{ follow: false }]);
  });
});

describe('an outage while the log of a Pod is read that has stopped', () => {
  test.each([
    ['cut in the middle', { after: 9_000, how: 'cut' }],
    ['not to be opened', { refuse: new TaskpodError('kubernetes_unavailable', '503', { retryable: true }) }],
  ] as const)('loses nothing: a log that is %s is read again', async (_, fault) => {
    const reading = new Reading();
    reading.print(...frameLines(text));
    await reading.terminate();
    reading.sidecar.faults.push(fault, fault);
    reading.start();
    await reading.after(0.5);
    expect([reading.result, reading.atSecond]).toEqual([value, 0.5]);
    expect(reading.sidecar.requests).toEqual([{ follow: false }, { follow: false }, { follow: false }]);
    reading.expectClean();
  });

  test('that lasts is given up after 60 s', async () => {
    const reading = new Reading();
    await reading.terminate();
    reading.sidecar.faults.push(...Array(1_000).fill({ after: 0, how: 'cut' }));
    reading.start();
    await reading.after(59.9);
    expect(reading.result).toBeUndefined();
    await reading.after(0.1);
    expect(reading.result).toEqual({ kind: 'incomplete', detail: 'the sidecar printed no frame' });
    reading.expectClean();
  });

  test('of the whole API server is waited for, however long it takes', async () => {
    const reading = new Reading();
    reading.print(...frameLines(text));
    await reading.terminate();
    const away = {
      refuse: new TaskpodError('kubernetes_unavailable', 'connection refused', { retryable: true }),
    };
    // Asked four times a second.
    reading.sidecar.faults.push(...Array(1_200).fill(away));
    reading.start();
    await reading.after(299.75);
    expect(reading.result).toBeUndefined();
    await reading.after(0.25);
    expect(reading.result).toEqual(value);
    reading.expectClean();
  });

  test('is over when the Pod is gone', async () => {
    const reading = new Reading();
    await reading.terminate();
    reading.sidecar.faults.push({ after: 0, how: 'cut' });
    reading.start();
    await reading.after(0.2);
    reading.sidecar.isGone = true;
    await reading.after(0.1);
    expect([reading.atSecond, reading.requests]).toEqual([0.25, 2]);
  });
});

test('the log of a sidecar that was never started is not waited for when the Pod has stopped', async () => {
  const reading = new Reading();
  await reading.terminate();
  reading.sidecar.faults.push({
    refuse: new TaskpodError('log_not_ready', 'waiting', { retryable: true }),
  });
  reading.start();
  await reading.after(0);
  expect([reading.atSecond, reading.requests]).toEqual([0, 1]);
});

describe('without a frame the copy in the termination message is taken (I7)', () => {
  const copy = frameLines('{"a":1}').join('\n');

  test('when the Pod has stopped', async () => {
    const reading = new Reading();
    await reading.terminate(copy);
    reading.start();
    await reading.after(0);
    expect([reading.result, reading.requests]).toEqual([valueResult('{"a":1}'), 1]);
    reading.expectClean();
  });

  test('when the log is lost with its node: as soon as the Pod has stopped', async () => {
    const reading = new Reading();
    reading.sidecar.isGone = true;
    reading.start();
    await reading.after(20);
    expect([reading.result, reading.requests]).toEqual([undefined, 1]);
    await reading.terminate(copy);
    expect([reading.result, reading.atSecond]).toEqual([valueResult('{"a":1}'), 20]);
    reading.expectClean();
  });

  test('when the log hangs: after 60 s it is given up, and 60 s more are spent on the Pod’s last phase', async () => {
    const reading = new Reading();
    reading.start();
    await reading.after(119.999);
    expect([reading.result, reading.requests]).toEqual([undefined, 1]);
    await reading.after(0.001);
    expect(reading.result).toEqual({ kind: 'incomplete', detail: 'the sidecar printed no frame' });
    reading.expectClean();
  });

  test('when the log stays cut: it is not asked for longer than 60 s', async () => {
    const reading = new Reading();
    reading.print(...frameLines(text));
    const cut = { after: 9_000, how: 'cut' } as const;
    reading.sidecar.faults.push(...Array(1_000).fill(cut));
    reading.start();
    await reading.after(60);
    const asked = reading.requests;
    expect(asked).toBeLessThanOrEqual(241);
    await reading.after(60);
    expect(reading.requests).toBe(asked);
    expect(reading.result).toEqual({ kind: 'incomplete', detail: 'the frame has no end' });
    reading.expectClean();
  });

  test.each([
    ['there is none', undefined],
    ['it is cut too', copy.slice(0, -20)],
    ['it says something else', 'killed'],
  ])('and when %s, what was wrong with the log is the answer, never nothing', async (_, message) => {
    const reading = new Reading();
    reading.print(...frameLines(text).slice(0, -1));
    await reading.terminate(message);
    reading.start();
    await reading.after(0);
    expect(reading.result).toEqual({ kind: 'incomplete', detail: 'the frame has no end' });
  });

  test('of a Pod that is gone there is none', async () => {
    const reading = new Reading();
    reading.world.cluster.drop(name);
    reading.updates.markGone();
    reading.start();
    await reading.after(0);
    expect(reading.result).toEqual({ kind: 'incomplete', detail: 'the sidecar printed no frame' });
    reading.expectClean();
  });
});

test('what the API server refuses is thrown', async () => {
  const reading = new Reading();
  const refused = new TaskpodError('kubernetes_refused', 'no', { status: 403 });
  reading.sidecar.faults.push({ refuse: refused });
  reading.start();
  await reading.after(0);
  expect(reading.result).toBe(refused);
  reading.expectClean();
});

describe('the signal ends it with its reason (I8)', () => {
  const lost = new TaskpodError('lease_lost', 'lost');
  test.each([
    { when: 'while the log is followed', prepare: () => undefined },
    {
      when: 'in the pause before the log is opened again',
      prepare: (of: Reading) => {
        of.sidecar.faults.push({ after: 0, how: 'cut' });
      },
    },
    {
      when: 'while the last phase is waited for',
      prepare: (of: Reading) => {
        of.sidecar.isGone = true;
      },
    },
  ])('$when', async ({ prepare }) => {
    const reading = new Reading();
    prepare(reading);
    reading.start();
    await reading.after(0.1);
    reading.stop.abort(lost);
    await reading.world.clock.settle();
    expect(reading.result).toBe(lost);
    expect(reading.world.clock.sleeping).toBe(0);
  });
});

describe('the light transport: the base container’s termination message', () => {
  const light = makeRecord({ xcom: 'termination_message' });
  const cases: { name: string; message?: string; expected: XcomResult }[] = [
    { name: 'no message', expected: { kind: 'none' } },
    { name: 'an empty one', message: '', expected: { kind: 'none' } },
    { name: 'JSON', message: '{"größe": 1}\n', expected: valueResult('{"größe": 1}\n') },
    { name: '4,095 bytes', message: 'x'.repeat(4_095), expected: valueResult('x'.repeat(4_095)) },
    {
      name: '4,096 bytes, which may have been more',
      message: 'x'.repeat(4_096),
      expected: { kind: 'too_big', bytes: 4_096 },
    },
    {
      name: 'bytes count, not characters',
      message: 'ö'.repeat(2_048),
      expected: { kind: 'too_big', bytes: 4_096 },
    },
  ];
  test.each(cases)('$name', async ({ message, expected }) => {
    const world = new WatchWorld();
    const main = terminated(0, message === undefined ? {} : { message });
    const updates = new PodUpdates(makePod({ phase: 'Running', containerStatuses: [main] }));
    const read = readXcom(light, updates, world.deps(), new AbortController().signal);
    expect(await read).toEqual(expected);
    expect(world.cluster.calls).toEqual([]);
  });

  test('takes no more than the deployment’s own limit', async () => {
    const world = new WatchWorld();
    const updates = new PodUpdates(
      makePod({ containerStatuses: [terminated(0, { message: '"12345678"' })] }),
    );
    const read = (xcomMaxBytes: number) =>
      readXcom(light, updates, world.deps({ xcomMaxBytes }), new AbortController().signal);
    expect(await read(9)).toEqual({ kind: 'too_big', bytes: 10 });
    expect(await read(10)).toEqual(valueResult('"12345678"'));
  });
});

test('beside a container that never ends, the sidecar is never told to print: the failure says so', async () => {
  const reading = new Reading();
  const { pod } = reading.updates;
  const containerStatuses = [terminated(0), running('istio-proxy')];
  reading.updates.update({ ...pod, status: { ...pod.status, containerStatuses } });
  reading.start();
  await reading.after(300);
  expect(reading.result).toEqual({
    kind: 'incomplete',
    detail:
      'the container istio-proxy still runs, so that the sidecar was not told to print; use xcom_transport "termination_message"',
  });
});
