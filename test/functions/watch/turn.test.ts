import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../shared/errors.ts';
import { leaseObject } from '../../../shared/object-names.ts';
import { failOnce } from '../../fakes/faults.ts';
import { makePod, makeRecord, running, terminated } from '../../fakes/make-pod.ts';
import { scope, Turns } from './turns.ts';

const lease = leaseObject(scope);
const outage = new TaskpodError('kubernetes_unavailable', 'down', { retryable: true });

describe('a Turn that finds nothing', () => {
  test('gives the lease back and is done', async () => {
    const turns = new Turns();
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 0 });
    expect(turns.world.store.names()).toEqual([]);
    expect(turns.world.cluster.calls).toEqual(['list tasks', 'watch tasks 0', 'list tasks']);
    expect(turns.tickets).toEqual([]);
    turns.expectQuiet();
  });

  test('because another Turn is there, says `taken` and touches nothing', async () => {
    const turns = new Turns();
    await turns.world.launch();
    const first = turns.start();
    await turns.world.clock.advance(1_000);
    const asked = turns.world.cluster.calls.length;
    expect(await turns.run('m2')).toEqual({ kind: 'taken', outcomes: 0 });
    expect(turns.world.cluster.calls.length).toBe(asked);
    turns.shutdown.abort();
    await turns.world.clock.runUntil(first);
  });
});

describe('Pods', () => {
  test('of the first list without a marker are finished and are left alone, also later', async () => {
    const turns = new Turns();
    const { world } = turns;
    const finished = makePod({ phase: 'Succeeded' }, { record: makeRecord({ run_id: 'r0' }), uid: 'r0' });
    world.cluster.put(finished);
    const { pod } = await world.launch({ run_id: 'r1' });
    void world.play(pod);
    const turn = turns.start();
    await world.clock.advance(1_500);
    world.cluster.put(finished);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.cluster.names()).toEqual(['t1-r0']);
    expect(world.events()).toEqual(['r1 running', 'r1 success']);
    expect(world.objectsOf(makeRecord({ run_id: 'r0' }))).toEqual([]);
  });

  test('that come while the markers are listed are followed; those of before that change then are not', async () => {
    const turns = new Turns();
    const { world } = turns;
    const finished = makePod({ phase: 'Succeeded' }, { record: makeRecord({ run_id: 'r0' }), uid: 'r0' });
    world.cluster.put(finished);
    let isFirst = true;
    world.store.fault = async (call, moment) => {
      // The list is made, and its answer still on its way.
      if (moment === 'before' || !call.startsWith('list open/') || !isFirst) return;
      isFirst = false;
      const { pod } = await world.launch();
      void world.play(pod);
      world.cluster.put(finished);
      await world.clock.settle();
    };
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 1 });
    expect([world.markers(), world.cluster.names()]).toEqual([[], ['t1-r0']]);
    expect(world.events()).toEqual(['r1 running', 'r1 success']);
  });

  test('that come later are followed, and every namespace is watched by one list and one watch', async () => {
    const turns = new Turns();
    const { world } = turns;
    const deps = world.deps({ namespaces: ['tasks', 'other'] });
    const { pod: first } = await world.launch({ run_id: 'r1' });
    const turn = turns.start('m1', deps);
    await world.clock.advance(500);
    const { pod: second } = await world.launch({ run_id: 'r2' });
    void world.play(first);
    void world.play(second);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 2 });
    expect(world.cluster.calls.filter(call => /^(list|watch)/.test(call))).toEqual([
      'list tasks',
      'list other',
      'watch tasks 1',
      'watch other 1',
      'list tasks',
      'list other',
    ]);
  });

  test.each([
    { who: 'the last look', watchIsCut: true },
    { who: 'the watch, just before the last look', watchIsCut: false },
  ])('that $who finds reopen the lease', async ({ watchIsCut }) => {
    const turns = new Turns();
    const { world } = turns;
    const closing: boolean[] = [];
    let life: Promise<void> | undefined;
    world.store.fault = async (call, moment) => {
      if (moment === 'before' || call !== `replace ${lease}`) return;
      closing.push(Object(world.json(lease)).closing);
      // Its ticket has found the lease held and is acknowledged: nobody else will look.
      if (closing.length !== 2) return;
      if (watchIsCut) world.cluster.endWatches('cut');
      const { pod } = await world.launch();
      life = world.play(pod);
      await world.clock.settle();
    };
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 1 });
    expect(closing).toEqual([false, true, false, true]);
    await world.clock.runUntil(life ?? Promise.resolve());
    expect(world.markers()).toEqual([]);
    turns.expectQuiet();
  });

  test('whose list comes late do not go back to an older version', async () => {
    const turns = new Turns();
    const { world } = turns;
    let lists = 0;
    world.cluster.fault = async (call, moment) => {
      if (!call.startsWith('list')) return;
      if (moment === 'before' && ++lists === 2) {
        const { pod } = await world.launch();
        world.cluster.put({ ...pod, status: { phase: 'Running', containerStatuses: [running()] } });
      }
      if (moment === 'after' && lists === 2) {
        // The answer of the last look is on its way while the watch tells of the end.
        world.cluster.log('t1-r1').end();
        world.cluster.setStatus('t1-r1', { phase: 'Succeeded', containerStatuses: [terminated(0)] });
        await world.clock.sleep(100, turns.shutdown.signal);
      }
    };
    world.store.fault = async (call, moment) => {
      // The follower is still looking at what is stored when both have come.
      if (moment === 'before' && call.startsWith('list runs/'))
        await world.clock.sleep(200, turns.shutdown.signal);
    };
    const began = world.clock.now();
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.clock.now() - began).toBeLessThan(5_000);
  });

  test('that cannot be followed are left to the next Turn, and do not keep this one', async () => {
    const turns = new Turns();
    const { world } = turns;
    await world.launch();
    const refused = new TaskpodError('storage_refused', 'no', { status: 403 });
    world.store.fault = failOnce(/pod\.json$/, 'before', refused);
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 0 });
    expect(world.markers()).toHaveLength(1);
    expect(world.records).toEqual([
      {
        severity: 'ERROR',
        message: 'following a Pod failed',
        run: 'default/r1/t1',
        pod: 't1-r1',
        namespace: 'tasks',
        error: 'no (storage_refused)',
      },
    ]);
  });

  test.each([
    ['an outage', new TaskpodError('storage_unavailable', 'down', { retryable: true })],
    ['another Turn’s last words', new TaskpodError('lease_lost', 'another Turn has written it')],
  ])('whose following fails by %s are followed again', async (_, error) => {
    const turns = new Turns();
    const { world } = turns;
    const { pod } = await world.launch();
    void world.play(pod);
    world.store.fault = failOnce(/pod\.json$/, 'before', error);
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.records.map(({ severity, message, retries }) => ({ severity, message, retries }))).toEqual([
      { severity: 'WARNING', message: 'following a Pod failed', retries: undefined },
      { severity: 'INFO', message: 'attempt ended: success', retries: 1 },
    ]);
  });

  test('that carry our label but no run, or a broken one, are left alone', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod } = await world.launch();
    const turn = turns.start();
    await world.clock.advance(100);
    for (const [uid, annotations] of [
      ['none', {}],
      ['broken', { 'taskpod.dev/run': '{}' }],
    ] as const) {
      const foreign = makePod({ phase: 'Succeeded' }, { uid });
      world.cluster.put({ ...foreign, metadata: { ...foreign.metadata, annotations } });
    }
    void world.play(pod);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.cluster.names()).toEqual(['t1-none', 't1-broken']);
  });
});

describe('what is refused', () => {
  const refused = new TaskpodError('kubernetes_refused', 'no', { status: 403 });

  test.each([/^list/, /^watch/])('by the API server (%s) ends the Turn with that error', async pattern => {
    const turns = new Turns();
    await turns.world.launch();
    turns.world.cluster.fault = call => {
      if (pattern.test(call)) throw refused;
    };
    await expect(turns.run()).rejects.toBe(refused);
    turns.expectQuiet();
  });

  test('by the store in the last look ends the Turn with that error', async () => {
    const turns = new Turns();
    const no = new TaskpodError('storage_refused', 'no', { status: 403 });
    turns.world.store.fault = failOnce(/^remove leases/, 'before', no);
    await expect(turns.run()).rejects.toBe(no);
    turns.expectQuiet();
  });
});

test('an outage in the last look only delays it; meanwhile the lease is open for others’ tickets', async () => {
  const turns = new Turns();
  const { world } = turns;
  let lists = 0;
  world.cluster.fault = (call, moment) => {
    if (moment === 'before' && call.startsWith('list') && ++lists > 1 && lists < 5) throw outage;
  };
  const turn = turns.start();
  await world.clock.advance(500);
  expect(world.json(lease)).toMatchObject({ closing: false });
  expect(await turns.run('m2')).toEqual({ kind: 'taken', outcomes: 0 });
  expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 0 });
  expect(world.store.names()).toEqual([]);
  expect(world.records.map(({ message }) => message)).toEqual(
    Array(3).fill('the last look at a scope failed'),
  );
});

describe('healing', () => {
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i}`);

  test('comes first, and then each minute beside the followers, whose attempts it leaves alone', async () => {
    const turns = new Turns();
    const { world } = turns;
    await world.claim(makeRecord({ run_id: 'a' }));
    await world.clock.advance(60_000);
    const { pod } = await world.launch({ run_id: 'r1' });
    void world.play(pod, { lines });
    const turn = turns.start();
    await world.clock.advance(1_000);
    const published = (): unknown[] => world.publisher.on('projects/p/topics/tasks');
    expect(published()).toMatchObject([{ run_id: 'a' }]);
    await world.claim(makeRecord({ run_id: 'b' }));
    await world.clock.advance(120_000);
    expect(published()).toMatchObject([{ run_id: 'a' }, { run_id: 'a' }, { run_id: 'b' }]);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.cluster.calls.filter(call => call === 'read tasks/t1-r1')).toEqual([]);
    expect(world.markers()).toHaveLength(2);
  });

  test('that fails is logged and done again a minute later', async () => {
    const turns = new Turns();
    const { world } = turns;
    const { pod } = await world.launch({ run_id: 'r1' });
    void world.play(pod, { lines });
    const turn = turns.start();
    await world.clock.advance(30_000);
    await world.claim(makeRecord({ run_id: 'b' }));
    const down = new TaskpodError('storage_unavailable', 'down', { retryable: true });
    world.store.fault = failOnce(/^list open/, 'before', down);
    await world.clock.advance(31_000);
    expect(world.records).toEqual([
      { severity: 'ERROR', message: 'healing a scope failed', scope, error: 'down (storage_unavailable)' },
    ]);
    await world.clock.advance(60_000);
    expect(world.publisher.on('projects/p/topics/tasks')).toMatchObject([{ run_id: 'b' }]);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
  });

  test('knows of a follower that began in the middle of its pass', async () => {
    const turns = new Turns();
    const { world } = turns;
    await world.claim(makeRecord({ run_id: 'a' }));
    await world.claim(makeRecord({ run_id: 'b' }));
    await world.clock.advance(60_000);
    world.store.fault = async (call, moment) => {
      if (moment === 'before' || !/^read .*run_id=a/.test(call)) return;
      // While the first marker is looked at, the message of the second comes again, and its Pod with it.
      const record = makeRecord({ run_id: 'b' });
      const pod = makePod({ phase: 'Pending' }, { record, uid: 'b' });
      world.cluster.put(pod);
      void world.play(pod);
      await world.clock.settle();
    };
    expect(await turns.run()).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.cluster.calls.filter(call => call.startsWith('read'))).toEqual(['read tasks/t1-a']);
  });
});
