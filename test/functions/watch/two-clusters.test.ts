import { expect, test } from 'vitest';
import { handleWatch } from '../../../functions/watch/handler.ts';
import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { scopeName } from '../../../shared/names.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { parseOutcome } from '../../../shared/outcome.ts';
import { makePod, makeRecord, terminated } from '../../fakes/make-pod.ts';
import { ScriptedCluster } from '../../fakes/scripted-cluster.ts';
import { scope } from './turns.ts';
import { WatchWorld } from './watch-world.ts';

const elsewhere = 'projects/p/locations/europe-west1/clusters/gpu';
const scopeElsewhere = scopeName(elsewhere, 'b', 0);
const outage = new TaskpodError('kubernetes_unavailable', 'no answer', { retryable: true });

/** A function that watches the world's cluster and another. */
class TwoClusters {
  readonly world = new WatchWorld();
  readonly other = new ScriptedCluster(this.world.clock);
  readonly shutdown = new AbortController();

  /** Claims an attempt on the other cluster and posts its Pod, which has ended already. */
  async launchElsewhere(): Promise<AttemptRecord> {
    const record = makeRecord({ run_id: 'r2', scope: scopeElsewhere });
    await this.world.claim(record, 't1-r2', elsewhere);
    const status = { phase: 'Succeeded', containerStatuses: [terminated(0)] };
    this.other.put(makePod(status, { record, uid: 'r2' }));
    this.other.log('t1-r2').end();
    return record;
  }

  ticket(of: string, messageId: string): Promise<{ status: number }> {
    const data = Buffer.from(JSON.stringify({ kind: 'ticket', scope: of }));
    const message = {
      ...{ messageId, data, attributes: {}, publishTime: undefined },
      ...{ deliveryAttempt: undefined, traceparent: undefined },
    };
    return handleWatch(message, this.world.functionDeps({ [elsewhere]: this.other }), this.shutdown.signal);
  }

  outcome(runId: string) {
    const { outcome } = attemptObjects({ dagId: 'default', runId, taskId: 't1', tryNumber: 1 });
    const text = this.world.store.text(outcome);
    return text === undefined ? undefined : parseOutcome(text);
  }
}

test('the scopes of two clusters are watched at once, each on its own cluster', async () => {
  const two = new TwoClusters();
  const { world } = two;
  const { pod } = await world.launch({ run_id: 'r1' });
  await two.launchElsewhere();
  void world.play(pod);
  const answers = Promise.all([two.ticket(scope, 'm1'), two.ticket(scopeElsewhere, 'm2')]);
  expect(await world.clock.runUntil(answers)).toEqual([{ status: 204 }, { status: 204 }]);
  expect([two.outcome('r1')?.pod, two.outcome('r2')?.pod]).toMatchObject([
    { cluster: 'kubeconfig', name: 't1-r1' },
    { cluster: elsewhere, name: 't1-r2' },
  ]);
  expect([world.markers(), world.cluster.names(), two.other.names()]).toEqual([[], [], []]);
  expect(world.cluster.calls.filter(call => call.includes('r2'))).toEqual([]);
  expect(two.other.calls.filter(call => call.includes('r1'))).toEqual([]);
});

test('a cluster that is away keeps the other’s attempts from nothing, and its own from being lost', async () => {
  const two = new TwoClusters();
  const { world, other } = two;
  const { pod } = await world.launch({ run_id: 'r1' });
  await two.launchElsewhere();
  await world.clock.advance(61_000);
  other.fault = () => {
    throw outage;
  };
  const away = two.ticket(scopeElsewhere, 'm2');
  void world.play(pod);
  expect(await world.clock.runUntil(two.ticket(scope, 'm1'))).toEqual({ status: 204 });
  expect([two.outcome('r1')?.state, two.outcome('r2'), world.markers().length]).toEqual([
    'success',
    undefined,
    1,
  ]);
  other.fault = undefined;
  expect(await world.clock.runUntil(away)).toEqual({ status: 204 });
  expect([two.outcome('r2')?.state, world.markers(), other.names()]).toEqual(['success', [], []]);
  expect(world.publisher.on('projects/p/topics/tasks')).toEqual([]);
});
