import { describe, expect, test } from 'vitest';
import type { ClusterConnection } from '../../shared/adapters/kubernetes/connection.ts';
import { connectPods } from '../../shared/adapters/kubernetes/pods.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { makePod } from '../fakes/make-pod.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { GoogleServer, type GoogleService, googleError } from '../google/google-server.ts';

const never = new AbortController().signal;
const pod = makePod({ phase: 'Running' });
const refusedAction = 'See that the service account that speaks to the cluster exists and is enabled.';

/** A cluster whose API server takes one token, and may be elsewhere than it was. */
class MovingCluster implements AsyncDisposable {
  readonly clock = new RecordingClock();
  /** The token that is taken. */
  good = 'token-1';
  /** Tokens are numbered; forgetting the last one gives the next. */
  number = 1;
  /** Answers of the search, one after another; the last again and again. */
  searches: (() => Promise<ClusterConnection>)[] = [];
  searched = 0;
  /** Token, method and body of each request. */
  readonly asked: string[] = [];
  readonly #servers: GoogleServer[] = [];
  readonly #api: GoogleService = ({ method, bearer, body }) => {
    this.asked.push(`${bearer} ${method} ${body === '' ? '-' : 'manifest'}`);
    if (bearer !== this.good) return googleError(401, 'Unauthorized', 'Unauthorized');
    return { status: 200, body: pod };
  };

  async server(): Promise<GoogleServer> {
    const server = await GoogleServer.start(this.#api);
    this.#servers.push(server);
    return server;
  }

  at(url: string): ClusterConnection {
    return {
      server: url,
      tls: {},
      headers: async () => ({ authorization: `Bearer token-${this.number}` }),
      forgetHeaders: () => {
        this.number += 1;
      },
      find: () => {
        this.searched += 1;
        const search = this.searches.length > 1 ? this.searches.shift() : this.searches[0];
        return search?.() ?? Promise.resolve(this.at(url));
      },
    };
  }

  podsAt(url: string): ReturnType<typeof connectPods> {
    return connectPods({ connection: this.at(url), userAgent: 'test', clock: this.clock, random: () => 0.5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map(server => server.stop()));
  }
}

describe('a 401', () => {
  test('is followed by the same call with a new token', async () => {
    await using cluster = new MovingCluster();
    const pods = cluster.podsAt((await cluster.server()).url);
    cluster.good = 'token-2';
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'tasks', labels: {}, annotations: {} },
      spec: { containers: [{ name: 'base', image: 'busybox' }] },
    } as const;
    expect(
      await pods.create('tasks', { ...manifest, spec: { containers: [...manifest.spec.containers] } }, never),
    ).toEqual({
      kind: 'created',
      pod,
    });
    expect([cluster.asked, cluster.searched]).toEqual([
      ['token-1 POST manifest', 'token-2 POST manifest'],
      1,
    ]);
  });

  test('of many calls at once costs one new token', async () => {
    await using cluster = new MovingCluster();
    const pods = cluster.podsAt((await cluster.server()).url);
    cluster.good = 'token-2';
    const reads = Array.from({ length: 20 }, () => pods.read('tasks', 'p', never));
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 20 }, () => pod));
    expect([cluster.number, cluster.searched]).toEqual([2, 1]);
  });

  test('that stays says what to look at, and asks for no more tokens than one in ten seconds', async () => {
    await using cluster = new MovingCluster();
    const pods = cluster.podsAt((await cluster.server()).url);
    cluster.good = 'none';
    await expect(pods.read('tasks', 'p', never)).rejects.toMatchObject({
      code: 'cluster_unavailable',
      retryable: true,
      status: 401,
      action: refusedAction,
    });
    expect([cluster.asked.length, cluster.number, cluster.searched]).toEqual([10, 2, 1]);
    await cluster.clock.sleep(10_000, never);
    await expect(pods.read('tasks', 'p', never)).rejects.toThrow();
    expect([cluster.number, cluster.searched]).toEqual([3, 2]);
  });
});

describe('an API server that is not there any more', () => {
  test('is found where it is now', async () => {
    await using cluster = new MovingCluster();
    const now = await cluster.server();
    cluster.searches = [async () => cluster.at(now.url)];
    const pods = cluster.podsAt('http://127.0.0.1:1');
    expect(await pods.read('tasks', 'p', never)).toEqual(pod);
    expect([cluster.asked, cluster.searched]).toEqual([['token-1 GET -'], 1]);
  });

  test('is waited for where it was, while nobody can say where it is', async () => {
    await using cluster = new MovingCluster();
    const server = await cluster.server();
    const away = new TaskpodError('cluster_unavailable', 'GKE answered 503', { retryable: true });
    cluster.searches = [() => Promise.reject(away)];
    const pods = cluster.podsAt(server.url);
    server.plan(/./, 'reset', 3);
    expect(await pods.read('tasks', 'p', never)).toEqual(pod);
    expect(cluster.searched).toBe(1);
  });

  test('is not waited for when it is told to be gone', async () => {
    await using cluster = new MovingCluster();
    const gone = new TaskpodError('cluster_unavailable', 'GKE answered 404 to read c', {
      action: 'Correct it.',
    });
    cluster.searches = [() => Promise.reject(gone)];
    await expect(cluster.podsAt('http://127.0.0.1:1').read('tasks', 'p', never)).rejects.toMatchObject({
      code: 'cluster_unavailable',
      message: 'the API server cannot be reached any more: GKE answered 404 to read c',
      retryable: false,
      action: 'Correct it.',
    });
  });

  test('keeps nobody waiting who has given up', async () => {
    await using cluster = new MovingCluster();
    const stop = new AbortController();
    cluster.searches = [
      () => {
        stop.abort();
        return new Promise(() => undefined);
      },
    ];
    await expect(cluster.podsAt('http://127.0.0.1:1').read('tasks', 'p', stop.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
