import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FunctionProcess } from '../../cluster/support/function-process.ts';
import type { DeathPoint } from '../functions/death-point.ts';
import { Instances } from './instances.ts';

/** A process that ends as it is told. */
class FakeProcess implements FunctionProcess {
  readonly target = 'watch';
  readonly port = 1;
  readonly url = 'http://127.0.0.1:1';
  readonly pid: number;
  readonly signals: string[] = [];
  readonly orders: unknown[] = [];
  readonly #ended = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>();
  #isRunning = true;

  constructor(pid: number) {
    this.pid = pid;
  }

  get ended() {
    return this.#ended.promise;
  }

  logs = () => '';
  isRunning = () => this.#isRunning;
  send = (message: object) => void this.orders.push(message);

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.signals.push(signal);
    if (signal === 'SIGKILL') this.end(null, signal);
    await this.ended;
  }

  end(code: number | null, signal: NodeJS.Signals | null): void {
    this.#isRunning = false;
    this.#ended.resolve({ code, signal });
  }
}

let processes: FakeProcess[];
let deaths: Map<number, DeathPoint>;
let failures: string[];
let instances: Instances;

beforeEach(() => {
  processes = [];
  deaths = new Map();
  failures = [];
  instances = new Instances({
    service: 'watch',
    start: async number => {
      const started = new FakeProcess(number);
      processes.push(started);
      return started;
    },
    deathOf: async number => deaths.get(number),
    failed: why => void failures.push(why),
  });
});

const pids = (): number[] => processes.filter(found => found.isRunning()).map(({ pid }) => pid);
const settled = () => vi.waitFor(() => expect(pids().length).toBeGreaterThan(0));

describe('instances', () => {
  test('are as many as are wanted, take requests in turn, and lose the surplus by SIGTERM', async () => {
    await instances.scale(3);
    expect([1, 2, 3, 4].map(() => instances.choose()?.pid)).toEqual([2, 3, 1, 2]);
    await instances.scale(1);
    expect(processes.map(({ signals }) => signals)).toEqual([[], ['SIGTERM'], ['SIGTERM']]);
    expect(instances.choose()?.pid).toBe(1);
  });

  test('are replaced when they are killed', async () => {
    await instances.scale(1);
    expect(instances.kill(7)).toBe(true);
    await settled();
    expect([pids(), instances.started, failures]).toEqual([[2], 2, []]);
  });

  test('that are told to end go on beside their successor, and are killed after ten seconds', async () => {
    vi.useFakeTimers();
    try {
      await instances.scale(1);
      instances.terminate(0);
      await vi.advanceTimersByTimeAsync(9_999);
      expect([pids(), instances.choose()?.pid]).toEqual([[1, 2], 2]);
      await vi.advanceTimersByTimeAsync(1);
      expect([pids(), failures]).toEqual([[2], []]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that end by themselves are replaced, and told of', async () => {
    await instances.scale(1);
    processes[0]?.end(1, null);
    await vi.waitFor(() => expect(failures).toEqual(['instance 1 of watch ended by itself: 1']));
    expect(pids()).toEqual([2]);
  });

  test('die at a point once, whoever of them gets there first', async () => {
    const death: DeathPoint = { point: 'create Pod', moment: 'after' };
    let met = 0;
    await instances.scale(1);
    instances.dieAt(death, () => {
      met += 1;
    });
    deaths.set(1, death);
    processes[0]?.end(null, 'SIGKILL');
    await vi.waitFor(() => expect(met).toBe(1));
    await settled();
    expect(processes.map(({ orders }) => orders)).toEqual([
      [{ dieAt: [] }, { dieAt: [death] }],
      [{ dieAt: [death] }, { dieAt: [] }].slice(0, processes[1]?.orders.length),
    ]);
    expect([processes[1]?.orders.at(-1), failures]).toEqual([{ dieAt: [] }, []]);
  });

  test('are all new after a renewal, and nobody dies at a point any more', async () => {
    await instances.scale(2);
    instances.dieAt({ point: 'create Pod', moment: 'before' }, () => undefined);
    await instances.renew(1);
    expect(processes.map(({ signals, orders }) => [signals, orders.at(-1)])).toEqual([
      [['SIGTERM'], { dieAt: [] }],
      [['SIGTERM'], { dieAt: [] }],
      [[], { dieAt: [] }],
    ]);
    await instances.stop();
    expect([pids(), instances.choose()]).toEqual([[], undefined]);
  });

  test('that cannot be started are told of', async () => {
    const broken = new Instances({
      service: 'launch',
      start: () => Promise.reject(new Error('no port')),
      deathOf: async () => undefined,
      failed: why => void failures.push(why),
    });
    await broken.scale(1);
    expect(failures).toEqual(['instance 1 of launch did not start: Error: no port']);
  });
});
