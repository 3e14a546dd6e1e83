import { describe, expect, test } from 'vitest';
import { handleWatch } from '../../../functions/watch/handler.ts';
import { acquireLease } from '../../../functions/watch/lease.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { scopeName } from '../../../shared/names.ts';
import type { PushedMessage } from '../../../shared/push.ts';
import { jsonWorkLog } from '../../../shared/work-log.ts';
import { makePod, makeRecord, running } from '../../fakes/make-pod.ts';
import { scope, Turns } from './turns.ts';

function message(data: unknown, changes: Partial<PushedMessage> = {}): PushedMessage {
  return {
    messageId: 'm1',
    data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
    attributes: {},
    publishTime: undefined,
    deliveryAttempt: 2,
    traceparent: '00-abc-def-01',
    ...changes,
  };
}

const ticket = { kind: 'ticket', scope };
/** What becomes of the second delivery when it fails. */
const next = expect.stringContaining('a dead letter');
const about = { message_id: 'm1', delivery_attempt: 2, traceparent: '00-abc-def-01' };
const common = { ...about, duration_ms: 0 };

/** Handles one message in a world. */
class Handling extends Turns {
  handle(pushed: PushedMessage): Promise<{ status: number }> {
    return this.world.clock.runUntil(handleWatch(pushed, this.world.functionDeps(), this.shutdown.signal));
  }
}

describe('a message is acknowledged (204), with one record', () => {
  test('a ticket of a scope that is empty', async () => {
    const handling = new Handling();
    expect(await handling.handle(message(ticket))).toEqual({ status: 204 });
    expect(handling.world.records).toEqual([
      { ...common, severity: 'INFO', message: 'turn: done', scope, outcomes: 0 },
    ]);
  });

  test('a ticket whose Turn has worked', async () => {
    const handling = new Handling();
    const { pod } = await handling.world.launch();
    void handling.world.play(pod, { exitCode: 3 });
    expect(await handling.handle(message(ticket))).toEqual({ status: 204 });
    expect(handling.world.records).toEqual([
      {
        ...about,
        severity: 'WARNING',
        message: 'attempt ended: failed',
        run: 'default/r1/t1',
        try_number: 1,
        pod: 't1-r1',
        namespace: 'tasks',
        state: 'failed',
        reason: 'exit_code',
        class: 'user',
        exit_code: 3,
        retry_at: undefined,
        scheduled_ms: 1_000,
        started_ms: 4_000,
        ran_ms: 4_000,
        finished_ms: expect.any(Number),
        log_bytes: 0,
        log_gaps: 0,
        xcom_bytes: 0,
        followed_ms: expect.any(Number),
        retries: 0,
      },
      {
        ...common,
        severity: 'INFO',
        message: 'turn: done',
        scope,
        outcomes: 1,
        duration_ms: expect.any(Number),
      },
    ]);
  });

  test('a ticket of a scope that another message’s Turn watches', async () => {
    const handling = new Handling();
    await acquireLease(
      { scope, messageId: 'm0', turn: 't0' },
      handling.world.deps(),
      handling.shutdown.signal,
    );
    expect(await handling.handle(message(ticket))).toEqual({ status: 204 });
    expect(handling.world.records).toEqual([
      { ...common, severity: 'INFO', message: 'turn: taken', scope, outcomes: 0 },
    ]);
  });

  test('a sweep', async () => {
    const handling = new Handling();
    await handling.world.claim(makeRecord());
    expect(await handling.handle(message({ kind: 'sweep' }))).toEqual({ status: 204 });
    expect(handling.tickets).toEqual([ticket]);
    expect(handling.world.records).toEqual([{ ...common, severity: 'INFO', message: 'sweep', scopes: 1 }]);
  });

  test('a ticket of a scope whose cluster is none of the deployment’s: its markers stay', async () => {
    const handling = new Handling();
    const { world } = handling;
    const removed = scopeName('projects/p/locations/l/clusters/removed', 'b', 0);
    await world.claim(makeRecord({ scope: removed }), 't1-r1', 'projects/p/locations/l/clusters/removed');
    const before = world.store.names();
    await world.clock.advance(3_600_000);
    expect(await handling.handle(message({ kind: 'ticket', scope: removed }))).toEqual({ status: 204 });
    expect(world.records).toEqual([
      {
        ...common,
        severity: 'ERROR',
        message: "a scope that is of none of this deployment's clusters is left as it is",
        scope: removed,
        action: 'Name its cluster in TASKPOD_CLUSTERS until its attempts have ended.',
      },
    ]);
    expect([world.store.names(), world.cluster.calls]).toEqual([before, []]);
  });

  test.each([
    {
      what: 'text',
      data: 'hello',
      error: 'a message that cannot be read: the message on the watch topic is not JSON (invalid_document)',
    },
    {
      what: 'nothing',
      data: '',
      error: 'a message that cannot be read: the message on the watch topic is not JSON (invalid_document)',
    },
    {
      what: 'a ticket without a scope',
      data: { kind: 'ticket' },
      error: expect.stringMatching(
        /^a message that cannot be read: the message on the watch topic is not valid: scope: .* \(invalid_document\)$/,
      ),
    },
    {
      what: 'another kind',
      data: { kind: 'dance' },
      error: expect.stringMatching(
        /^a message that cannot be read: the message on the watch topic is not valid: kind: /,
      ),
    },
  ])('what is no ticket and would not get better: $what', async ({ data, error }) => {
    const handling = new Handling();
    expect(await handling.handle(message(data))).toEqual({ status: 204 });
    expect(handling.world.records).toEqual([{ ...common, severity: 'ERROR', message: error }]);
    expect(handling.world.cluster.calls).toEqual([]);
  });
});

describe('a message is asked for again', () => {
  test('503 when an earlier delivery of it still works', async () => {
    const handling = new Handling();
    const { world, shutdown } = handling;
    const answer = await acquireLease({ scope, messageId: 'm1', turn: 't0' }, world.deps(), shutdown.signal);
    if (answer.kind !== 'acquired') throw new Error(answer.kind);
    const ended = new AbortController();
    const keeping = answer.lease.keep(ended.signal);
    expect(await handling.handle(message(ticket))).toEqual({ status: 503 });
    expect(world.records).toMatchObject([{ severity: 'INFO', message: 'turn: busy', duration_ms: 30_000 }]);
    ended.abort();
    await keeping;
  });

  const cases: { what: string; error: unknown; status: number; severity: string; text: string }[] = [
    {
      what: 'an outage',
      error: new TaskpodError('storage_unavailable', 'down', { retryable: true }),
      status: 503,
      severity: 'WARNING',
      text: 'watching failed: down (storage_unavailable)',
    },
    {
      what: 'a lease that is lost',
      error: new TaskpodError('lease_lost', 'lost'),
      status: 503,
      severity: 'WARNING',
      text: 'watching failed: lost (lease_lost)',
    },
    {
      what: 'an abort',
      error: new TaskpodError('aborted', 'aborted'),
      status: 503,
      severity: 'WARNING',
      text: 'watching failed: aborted (aborted)',
    },
    {
      what: 'a refusal',
      error: new TaskpodError('storage_refused', 'no', { status: 403 }),
      status: 500,
      severity: 'ERROR',
      text: 'watching failed: no (storage_refused)',
    },
    {
      what: 'a bug',
      error: new TypeError('x is not a function'),
      status: 500,
      severity: 'ERROR',
      text: 'watching failed: x is not a function',
    },
  ];
  test.each(cases)('$status after $what', async ({ error, status, severity, text }) => {
    const handling = new Handling();
    handling.world.store.fault = call => {
      if (call.startsWith('list open/')) throw error;
    };
    expect(await handling.handle(message(ticket))).toEqual({ status });
    expect(handling.world.records).toEqual([{ ...common, severity, message: text, next }]);
  });

  test.each([
    {
      status: 503,
      severity: 'WARNING',
      error: new TaskpodError('cluster_unavailable', 'GKE is away', { retryable: true, action: 'Wait.' }),
      text: 'watching failed: GKE is away (cluster_unavailable)',
    },
    {
      status: 500,
      severity: 'ERROR',
      error: new TaskpodError('invalid_configuration', 'no such context', { action: 'Wait.' }),
      text: 'watching failed: no such context (invalid_configuration)',
    },
  ])('$status when the cluster cannot be connected to, and no lease is taken', async failure => {
    const handling = new Handling();
    const { world, shutdown } = handling;
    const deps = { ...world.functionDeps(), podsOf: () => Promise.reject(failure.error) };
    const answer = await world.clock.runUntil(handleWatch(message(ticket), deps, shutdown.signal));
    expect([answer, world.store.names()]).toEqual([{ status: failure.status }, []]);
    expect(world.records).toEqual([
      { ...common, severity: failure.severity, message: failure.text, action: 'Wait.', next },
    ]);
  });

  test('204 when the cluster does not come by waiting: the next sweep asks again', async () => {
    const { world, shutdown } = new Handling();
    const gone = new TaskpodError('cluster_unavailable', 'GKE answered 404', { action: 'Correct it.' });
    const deps = { ...world.functionDeps(), podsOf: () => Promise.reject(gone) };
    const answer = await world.clock.runUntil(handleWatch(message(ticket), deps, shutdown.signal));
    expect([answer, world.store.names()]).toEqual([{ status: 204 }, []]);
    expect(world.records).toEqual([
      {
        ...common,
        severity: 'ERROR',
        message: 'a cluster cannot be used: GKE answered 404',
        scope,
        action: 'Correct it.',
        next: 'The next sweep tries again.',
      },
    ]);
  });

  test('500 after a bug in the feed, with its own words', async () => {
    const handling = new Handling();
    handling.world.cluster.fault = () => {
      throw new TypeError('x is not a function');
    };
    expect(await handling.handle(message(ticket))).toEqual({ status: 500 });
    expect(handling.world.records).toEqual([
      { ...common, severity: 'ERROR', message: 'watching failed: x is not a function', next },
    ]);
  });

  test('503 when anything fails because the instance is shut down', async () => {
    const handling = new Handling();
    handling.world.store.fault = () => {
      handling.shutdown.abort();
      throw new TypeError('torn apart');
    };
    expect(await handling.handle(message({ kind: 'sweep' }))).toEqual({ status: 503 });
    expect(handling.world.records).toMatchObject([{ severity: 'WARNING' }]);
  });
});

test('no secret of a Pod or of an SDK’s error gets into a record (I9)', async () => {
  const handling = new Handling();
  const { world } = handling;
  const lines: string[] = [];
  const { pod } = await world.launch();
  const withEnv = { ...makePod({ phase: 'Running', containerStatuses: [running()] }), ...pod };
  Object.assign(withEnv.spec, {
    containers: [{ name: 'base', env: [{ name: 'PASSWORD', value: 'planted-secret' }] }],
  });
  world.cluster.put(withEnv);
  const cause = Object.assign(new Error('Request failed with status code 403'), {
    config: { headers: { authorization: 'Bearer planted-secret' } },
    response: { headers: { 'set-cookie': 'planted-secret' } },
  });
  const errors = [
    new TaskpodError('storage_unavailable', 'down', { retryable: true, cause }),
    new TaskpodError('storage_refused', 'no', { cause }),
  ];
  world.store.fault = (call, moment) => {
    if (moment === 'before' && call.startsWith('create')) throw errors.shift() ?? cause;
  };
  const deps = { ...world.functionDeps(), log: jsonWorkLog(line => lines.push(line)) };
  await world.clock.runUntil(handleWatch(message(ticket), deps, handling.shutdown.signal));
  expect(lines.map(line => JSON.parse(line))).toEqual([
    {
      severity: 'WARNING',
      message: 'following a Pod failed',
      ...about,
      run: 'default/r1/t1',
      pod: 't1-r1',
      namespace: 'tasks',
      error: 'down (storage_unavailable): Request failed with status code 403',
    },
    {
      severity: 'ERROR',
      message: 'following a Pod failed',
      ...about,
      run: 'default/r1/t1',
      pod: 't1-r1',
      namespace: 'tasks',
      error: 'no (storage_refused): Request failed with status code 403',
    },
    { ...common, severity: 'INFO', message: 'turn: done', scope, outcomes: 0, duration_ms: 500 },
  ]);
  expect(lines.join('')).not.toContain('planted-secret');
});
