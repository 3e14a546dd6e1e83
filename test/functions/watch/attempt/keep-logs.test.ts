import { describe, expect, test } from 'vitest';
import { keepLogs } from '../../../../functions/watch/attempt/keep-logs.ts';
import { recoverAttempt } from '../../../../functions/watch/attempt/recover-attempt.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import { attemptOf } from '../../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { ContainerStatus } from '../../../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { failOnce } from '../../../fakes/faults.ts';
import { makePod, makeRecord, running, terminated } from '../../../fakes/make-pod.ts';
import { WatchWorld } from '../watch-world.ts';

const record = makeRecord({ log_containers: ['fetch', 'base'] });
const names = attemptObjects(attemptOf(record));
const refused = new TaskpodError('storage_refused', 'no', { status: 403 });

/** The logs of a Pod with the containers `fetch` (init) and `base`. */
class Keeping {
  readonly world = new WatchWorld();
  readonly updates = new PodUpdates(makePod({ phase: 'Pending' }, { record }));
  readonly over = Promise.withResolvers<void>();
  readonly hard = new AbortController();
  readonly handover = new AbortController();
  /** `pending`, or what came of it. */
  result: unknown = 'pending';

  constructor() {
    this.world.cluster.put(this.updates.pod);
  }

  async start(): Promise<void> {
    const deps = this.world.deps();
    const recovered = await recoverAttempt(deps.store, attemptOf(record), this.hard.signal);
    keepLogs({
      record,
      updates: this.updates,
      over: this.over.promise,
      recovered,
      deps,
      stop: { signal: this.hard.signal, handover: this.handover.signal },
    }).then(
      kept => {
        this.result = kept;
      },
      error => {
        this.result = error;
      },
    );
    await this.world.clock.settle();
  }

  async status(
    phase: string,
    fetch: (name: string) => ContainerStatus,
    base?: ContainerStatus,
  ): Promise<void> {
    const status = {
      phase,
      initContainerStatuses: [fetch('fetch')],
      ...(base ? { containerStatuses: [base] } : {}),
    };
    this.world.cluster.setStatus('t1-u1', status);
    this.updates.update({ ...this.updates.pod, status });
    await this.world.clock.settle();
  }

  log(container: string, ...lines: string[]): void {
    for (const line of lines) this.world.cluster.log('t1-u1', container).write(line);
  }

  /** The lines of an object, without their timestamps. */
  lines(name: string): string[] | undefined {
    const text = this.world.store.text(name);
    return text
      ?.trimEnd()
      .split('\n')
      .flatMap(line => line.replace(/^\S+ /, ''));
  }
}

const done = (name: string) => terminated(0, { name });

test('all containers that are wanted are kept, each from its start to its end', async () => {
  const keeping = new Keeping();
  await keeping.start();
  await keeping.status('Pending', running);
  keeping.log('fetch', 'loading', 'loaded');
  await keeping.world.clock.advance(1_000);
  keeping.world.cluster.log('t1-u1', 'fetch').end();
  await keeping.status('Pending', done);
  await keeping.status('Running', done, running());
  keeping.log('base', 'one', 'two', 'three');
  await keeping.world.clock.advance(1_000);
  expect(keeping.result).toBe('pending');
  keeping.world.cluster.log('t1-u1').end();
  await keeping.status('Running', done, terminated(0));
  await keeping.world.clock.advance(5_000);
  const bytes = (name: string): number => Buffer.byteLength(keeping.world.store.text(name) ?? '');
  expect(keeping.result).toEqual([
    { container: 'fetch', log: names.log('fetch'), bytes: bytes(names.log('fetch')), gaps: 0 },
    { container: 'base', log: names.log('base'), bytes: bytes(names.log('base')), gaps: 0 },
  ]);
  expect(keeping.lines(names.log('fetch'))).toEqual(['loading', 'loaded']);
  expect(keeping.lines(names.log('base'))).toEqual(['one', 'two', 'three']);
  expect(keeping.world.clock.sleeping).toBe(0);
});

test('a container that never ran is left out, without a request', async () => {
  const keeping = new Keeping();
  await keeping.start();
  await keeping.status('Failed', () => terminated(1, { name: 'fetch' }));
  keeping.world.cluster.log('t1-u1', 'fetch').end();
  await keeping.world.clock.advance(5_000);
  expect(keeping.result).toEqual([{ container: 'fetch', log: names.log('fetch'), bytes: 0, gaps: 0 }]);
  expect(keeping.world.cluster.calls.filter(call => call.endsWith('/base'))).toEqual([]);
});

test('when the attempt is over by a deadline, nobody waits for a container that has not started', async () => {
  const keeping = new Keeping();
  await keeping.start();
  keeping.over.resolve();
  await keeping.world.clock.settle();
  expect(keeping.result).toEqual([]);
});

test('when the attempt is over by a deadline, a container that still runs is read as far as it has come', async () => {
  const keeping = new Keeping();
  await keeping.start();
  await keeping.status('Pending', running);
  keeping.log('fetch', 'still loading');
  await keeping.world.clock.advance(1_000);
  keeping.over.resolve();
  await keeping.world.clock.advance(90_000);
  expect(keeping.lines(names.log('fetch'))).toEqual(['still loading']);
  expect(keeping.result).toMatchObject([{ container: 'fetch', gaps: 0 }]);
});

describe('a Pod that is gone', () => {
  test('leaves what earlier Turns have stored, made whole and marked', async () => {
    const earlier = new Keeping();
    await earlier.start();
    await earlier.status('Running', done, running());
    earlier.log('base', 'one', 'two');
    await earlier.world.clock.advance(3_000);
    earlier.hard.abort();
    await earlier.world.clock.settle();
    expect(earlier.lines(names.segment('base', 1))).toEqual(['one', 'two']);

    earlier.world.cluster.dropSilently('t1-u1');
    const later = new Keeping();
    Object.assign(later, { world: earlier.world });
    later.world.cluster.dropSilently('t1-u1');
    later.updates.markGone();
    await later.start();
    await later.world.clock.advance(20_000);
    expect(later.result).toMatchObject([{ container: 'base', gaps: 1 }]);
    expect(later.lines(names.log('base'))?.slice(0, 2)).toEqual(['one', 'two']);
    expect(later.lines(names.log('base'))?.[2]).toMatch(/^\[taskpod\] the log could not be read to its end/);
  });

  test('of which nothing is stored has no logs', async () => {
    const keeping = new Keeping();
    keeping.updates.markGone();
    await keeping.start();
    expect(keeping.result).toEqual([]);
  });
});

describe('a log that cannot be stored', () => {
  test('ends the others too, so that all are begun again at once and not when the longest is over', async () => {
    const keeping = new Keeping();
    await keeping.start();
    keeping.world.store.fault = failOnce(/logs\/fetch/, 'before', refused);
    await keeping.status('Running', done, running());
    keeping.log('base', 'one');
    keeping.log('fetch', 'loading');
    keeping.world.cluster.log('t1-u1', 'fetch').end();
    await keeping.world.clock.advance(10_000);
    expect(keeping.result).toBe(refused);
    expect(keeping.world.clock.sleeping).toBe(0);
  });

  test('but at a handover lets the others write down what they have', async () => {
    const keeping = new Keeping();
    await keeping.start();
    await keeping.status('Running', running, running());
    keeping.log('base', 'one');
    keeping.log('fetch', 'loading');
    await keeping.world.clock.advance(500);
    keeping.world.store.fault = failOnce(/logs\/fetch/, 'before', refused);
    keeping.handover.abort();
    await keeping.world.clock.advance(1_000);
    expect(keeping.result).toBe(refused);
    expect(keeping.lines(names.segment('base', 1))).toEqual(['one']);
    expect(keeping.world.clock.sleeping).toBe(0);
  });
});

test('a handover while a container is waited for ends the wait', async () => {
  const keeping = new Keeping();
  await keeping.start();
  keeping.handover.abort();
  await keeping.world.clock.settle();
  expect(keeping.result).toMatchObject({ code: 'aborted' });
});
