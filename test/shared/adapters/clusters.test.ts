import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeClusters } from '../../../shared/adapters/clusters.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { Clusters } from '../../../shared/ports/clusters.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Clusters `a` and `b`, whose connections a test makes or lets fail. */
class Connecting {
  readonly asked: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #pending: { resolve: (pods: string) => void; reject: (error: unknown) => void }[] = [];
  readonly clusters: Clusters<string> = makeClusters({
    allowed: ['a', 'b'],
    connect: (cluster, signal) => {
      this.asked.push(cluster);
      this.signals.push(signal);
      const { promise, ...settle } = Promise.withResolvers<string>();
      this.#pending.push(settle);
      return promise;
    },
    timeoutMs: 30_000,
  });

  use(cluster: string, signal = new AbortController().signal): Promise<string> {
    const pods = this.clusters.podsOf(cluster, signal);
    pods.catch(() => undefined);
    return pods;
  }

  /** Ends the connection that was asked for as number `index`. */
  made(index: number, pods: string): void {
    this.#pending[index]?.resolve(pods);
  }

  failed(index: number, error: unknown): void {
    this.#pending[index]?.reject(error);
  }
}

test('nothing is connected to before its first use, and each cluster once', async () => {
  const connecting = new Connecting();
  expect(connecting.asked).toEqual([]);
  const first = [connecting.use('a'), connecting.use('b'), connecting.use('a')];
  connecting.made(0, 'Pods of a');
  connecting.made(1, 'Pods of b');
  expect(await Promise.all(first)).toEqual(['Pods of a', 'Pods of b', 'Pods of a']);
  expect(await connecting.use('a')).toBe('Pods of a');
  expect(connecting.asked).toEqual(['a', 'b']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a connection that fails is told to all who wait for it, and tried again by the next', async () => {
  const connecting = new Connecting();
  const outage = new TaskpodError('cluster_unavailable', 'away', { retryable: true });
  const first = [connecting.use('a'), connecting.use('a')];
  connecting.failed(0, outage);
  expect(await Promise.allSettled(first)).toEqual([
    { status: 'rejected', reason: outage },
    { status: 'rejected', reason: outage },
  ]);
  const second = connecting.use('a');
  connecting.made(1, 'Pods of a');
  expect(await second).toBe('Pods of a');
  expect(connecting.asked).toEqual(['a', 'a']);
});

describe('one that does not answer', () => {
  test('keeps nobody from another', async () => {
    const connecting = new Connecting();
    const dead = connecting.use('a');
    const alive = connecting.use('b');
    connecting.made(1, 'Pods of b');
    expect(await alive).toBe('Pods of b');
    await vi.advanceTimersByTimeAsync(29_999);
    expect(connecting.signals[0]?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await expect(dead).rejects.toMatchObject({
      code: 'cluster_unavailable',
      message: 'no connection to a within 30 s',
      retryable: true,
    });
    expect(connecting.signals[0]?.aborted).toBe(true);
  });

  test('is tried anew when its time was up', async () => {
    const connecting = new Connecting();
    const dead = connecting.use('a');
    await vi.advanceTimersByTimeAsync(30_000);
    await expect(dead).rejects.toThrow();
    const second = connecting.use('a');
    connecting.made(0, 'late');
    connecting.made(1, 'Pods of a');
    expect(await second).toBe('Pods of a');
  });
});

describe('who stops waiting', () => {
  test('takes the connection from nobody', async () => {
    const connecting = new Connecting();
    const impatient = new AbortController();
    const [gone, patient] = [connecting.use('a', impatient.signal), connecting.use('a')];
    impatient.abort();
    await expect(gone).rejects.toMatchObject({ code: 'aborted' });
    expect(connecting.signals[0]?.aborted).toBe(false);
    connecting.made(0, 'Pods of a');
    expect(await patient).toBe('Pods of a');
  });

  test('before it begins connects to nothing', async () => {
    const connecting = new Connecting();
    await expect(connecting.use('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    expect(connecting.asked).toEqual([]);
  });

  test('leaves no listener behind', async () => {
    const connecting = new Connecting();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const used = connecting.use('a', signal);
    connecting.made(0, 'Pods of a');
    await used;
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});

test.each(['c', 'A', ''])('a cluster that is not on the list (%j) is never connected to', async cluster => {
  const connecting = new Connecting();
  await expect(connecting.use(cluster)).rejects.toMatchObject({
    code: 'cluster_unavailable',
    message: `${cluster} is none of this deployment's clusters`,
    retryable: false,
    action: 'Name it in TASKPOD_CLUSTERS until its attempts have ended.',
  });
  expect(connecting.asked).toEqual([]);
});
