import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { feedPods } from '../../../functions/watch/pod-feed.ts';
import { errorMessage, TaskpodError } from '../../../shared/errors.ts';
import { scopeSelector } from '../../../shared/pod-labels.ts';
import type { Pods } from '../../../shared/ports/pods.ts';
import { makePod, makeRecord } from '../../fakes/make-pod.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { ScriptedCluster } from '../../fakes/scripted-cluster.ts';

const outage = new TaskpodError('kubernetes_unavailable', 'down', { retryable: true });
const refused = new TaskpodError('kubernetes_refused', 'no', { status: 403 });

/** A feed of the namespace `tasks`, and what its listener has heard. */
class Feed {
  readonly clock = new ManualClock();
  readonly cluster = new ScriptedCluster(this.clock);
  readonly stop = new AbortController();
  readonly heard: string[] = [];
  random = 0.5;

  start(pods: Pick<Pods, 'list' | 'watch'> = this.cluster): Promise<void> {
    const feeding = feedPods({
      pods,
      clock: this.clock,
      random: () => this.random,
      namespace: 'tasks',
      labelSelector: scopeSelector(makeRecord().scope),
      signal: this.stop.signal,
      listener: {
        seen: pod => this.heard.push(`seen ${pod.metadata.uid} ${pod.status.phase}`),
        gone: (uid, last) => this.heard.push(`gone ${uid} ${last?.status.phase}`),
        synced: () => this.heard.push('synced'),
        failing: error => this.heard.push(`failing ${errorMessage(error)}`),
      },
    });
    feeding.catch(() => undefined);
    return feeding;
  }

  /** What was heard since the last time. */
  news(): string[] {
    return this.heard.splice(0);
  }

  /** What was asked since the last time. */
  calls(): string[] {
    return this.cluster.calls.splice(0);
  }
}

test('lists, says so, and then tells of every change', async () => {
  const feed = new Feed();
  feed.cluster.put(makePod({ phase: 'Running' }, { uid: 'a' }));
  feed.cluster.put(makePod({}, { uid: 'other', record: makeRecord({ scope: 'another-0' }) }));
  const feeding = feed.start();
  await feed.clock.settle();
  expect(feed.news()).toEqual(['seen a Running', 'synced']);
  feed.cluster.put(makePod({ phase: 'Pending' }, { uid: 'b' }));
  feed.cluster.setStatus('t1-a', { phase: 'Succeeded' });
  feed.cluster.drop('t1-a');
  await feed.clock.settle();
  expect(feed.news()).toEqual(['seen b Pending', 'seen a Succeeded', 'gone a Succeeded']);
  expect(feed.calls()).toEqual(['list tasks', 'watch tasks 2']);
  feed.stop.abort();
  await feeding;
  expect(feed.clock.sleeping).toBe(0);
  expect(getEventListeners(feed.stop.signal, 'abort')).toEqual([]);
});

describe('a watch that ends', () => {
  test.each(['clean', 'cut'] as const)('%s is resumed after the last change, without a list', async how => {
    const feed = new Feed();
    void feed.start();
    await feed.clock.settle();
    feed.cluster.put(makePod({ phase: 'Pending' }, { uid: 'a' }));
    await feed.clock.settle();
    feed.cluster.endWatches(how);
    feed.cluster.setStatus('t1-a', { phase: 'Running' });
    await feed.clock.advance(200);
    expect(feed.news()).toEqual(['synced', 'seen a Pending', 'seen a Running']);
    expect(feed.calls()).toEqual(['list tasks', 'watch tasks 0', 'watch tasks 1']);
    feed.stop.abort();
  });

  test('because it expired is followed by a list, which tells of the Pods that went', async () => {
    const feed = new Feed();
    feed.cluster.put(makePod({ phase: 'Running' }, { uid: 'a' }));
    feed.cluster.put(makePod({ phase: 'Running' }, { uid: 'b' }));
    void feed.start();
    await feed.clock.settle();
    feed.news();
    feed.cluster.dropSilently('t1-a');
    feed.cluster.endWatches('expired');
    await feed.clock.advance(2_000);
    expect(feed.news()).toEqual(['gone a Running', 'seen b Running', 'synced']);
    expect(feed.calls()).toEqual(['list tasks', 'watch tasks 2', 'list tasks', 'watch tasks 2']);
    feed.stop.abort();
  });

  test('is resumed at the last bookmark', async () => {
    const feed = new Feed();
    const asked: string[] = [];
    void feed.start({
      list: (...args) => feed.cluster.list(...args),
      watch: async function* (_namespace, _selector, resourceVersion) {
        asked.push(resourceVersion);
        yield { type: 'BOOKMARK', resourceVersion: String(Number(resourceVersion) + 7) };
      },
    });
    await feed.clock.advance(250);
    expect(asked).toEqual(['0', '7', '14']);
    feed.stop.abort();
  });
});

describe('back-off', () => {
  /** Times (ms) at which a call was made. */
  async function timesOf(feed: Feed, pattern: RegExp, forMs: number): Promise<number[]> {
    const start = feed.clock.now();
    const times: number[] = [];
    feed.cluster.fault = (call, moment) => {
      if (moment !== 'before' || !pattern.test(call)) return;
      times.push(feed.clock.now() - start);
      throw outage;
    };
    void feed.start();
    await feed.clock.advance(forMs);
    feed.stop.abort();
    await feed.clock.settle();
    return times;
  }

  test.each([/^list/, /^watch/])('of %s doubles from 200 ms up to 2 s', async pattern => {
    const feed = new Feed();
    feed.random = 0.999_999;
    expect(await timesOf(feed, pattern, 8_000)).toEqual([0, 200, 600, 1_400, 3_000, 5_000, 7_000]);
  });

  test('starts small again after a change came through', async () => {
    const feed = new Feed();
    feed.random = 0.999_999;
    let failuresLeft = 4;
    const times: number[] = [];
    feed.cluster.fault = (call, moment) => {
      if (moment === 'after' || !call.startsWith('watch')) return;
      times.push(feed.clock.now());
      if (failuresLeft-- > 0) throw outage;
    };
    const start = feed.clock.now();
    void feed.start();
    await feed.clock.advance(3_000);
    feed.cluster.put(makePod({}, { uid: 'a' }));
    await feed.clock.settle();
    feed.cluster.endWatches('cut');
    await feed.clock.advance(300);
    expect(times.map(time => time - start)).toEqual([0, 200, 600, 1_400, 3_000, 3_200]);
    feed.stop.abort();
  });

  test.each([/^list/, /^watch/])('that goes on (%s) is told once', async pattern => {
    const feed = new Feed();
    await timesOf(feed, pattern, 60_000);
    expect(feed.news().filter(text => text !== 'synced')).toEqual(['failing down (kubernetes_unavailable)']);
  });

  test('a server that ends every watch at once is asked less and less', async () => {
    const feed = new Feed();
    feed.random = 0.999_999;
    const start = feed.clock.now();
    const times: number[] = [];
    void feed.start({
      list: (...args) => feed.cluster.list(...args),
      watch: async function* () {
        times.push(feed.clock.now() - start);
        yield* [];
      },
    });
    await feed.clock.advance(8_000);
    expect(times).toEqual([0, 200, 600, 1_400, 3_000, 5_000, 7_000]);
    feed.stop.abort();
  });
});

test.each([/^list/, /^watch/])('what is refused (%s) ends the feed', async pattern => {
  const feed = new Feed();
  feed.cluster.fault = call => {
    if (pattern.test(call)) throw refused;
  };
  await expect(feed.start()).rejects.toBe(refused);
});

describe('the signal ends the feed without an error (I8)', () => {
  test.each([
    { name: 'in a list', pattern: /^list/ },
    { name: 'while a watch is opened', pattern: /^watch/ },
  ])('$name', async ({ pattern }) => {
    const feed = new Feed();
    feed.cluster.fault = (call, moment) => {
      if (moment === 'before' || !pattern.test(call)) return;
      feed.stop.abort();
      throw outage;
    };
    await feed.start();
    expect(feed.clock.sleeping).toBe(0);
  });

  test.each(['clean', 'cut'] as const)('in the pause after a watch that ended: %s', async how => {
    const feed = new Feed();
    const feeding = feed.start();
    await feed.clock.settle();
    feed.cluster.endWatches(how);
    await feed.clock.settle();
    expect(feed.clock.sleeping).toBe(1);
    feed.stop.abort();
    await feeding;
    expect(feed.clock.sleeping).toBe(0);
  });
});
