import { describe, expect, test } from 'vitest';
import { attemptOf } from '../../shared/attempt-record.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { states, writeOutcome } from '../../shared/outcome.ts';
import { stateEventId, stateEventSchema } from '../../shared/state-event.ts';
import { readText, tableRows } from '../docs/page.ts';
import type { MemoryPublisher } from '../fakes/memory-publisher.ts';
import { helloObjects, helloTask, Launcher } from './launch/launcher.ts';
import { makeOutcome } from './launch/make-outcome.ts';
import { Turns } from './watch/turns.ts';

const signal = new AbortController().signal;
const retries = {
  left: 1,
  infrastructure_left: 0,
  delay_seconds: 1,
  exponential_backoff: false,
  max_delay_seconds: null,
  retry_on: null,
  no_retry_on: [],
};
const control = (kind: string, more: object = {}) => ({
  kind,
  dag_id: 'd',
  run_id: 'r',
  task_id: 'hello',
  ...more,
});

/** Everything that launch announces when it is sent these messages, one after the other. */
async function launched(...messages: unknown[]): Promise<string[]> {
  const launcher = new Launcher();
  for (const [index, message] of messages.entries()) await launcher.deliver(message, `m${index + 1}`);
  return announced(launcher.publisher);
}

/** Everything that launch announces of a Pod that the API server refuses. */
async function refused(): Promise<string[]> {
  const launcher = new Launcher();
  launcher.pods.refusal = { kind: 'refused', status: 403, reason: 'Forbidden', message: 'no', causes: [] };
  await launcher.deliver();
  return announced(launcher.publisher);
}

/** Everything that launch announces of the attempt after one that has ended so. */
async function launchedAgain(): Promise<string[]> {
  const launcher = new Launcher();
  await launcher.deliver();
  launcher.pods.clear();
  const outcome = makeOutcome({ state: 'failed', reason: 'exit_code', class: 'user', exit_code: 1 });
  await launcher.store.create(helloObjects.outcome, writeOutcome(outcome), { signal });
  await launcher.deliver(control('retry', { try_number: 2 }), 'm2');
  return announced(launcher.publisher).slice(1);
}

/** Everything that watch announces of a Pod's life. */
async function watched(
  record: Parameters<Turns['world']['launch']>[0],
  life: Parameters<Turns['world']['play']>[1],
): Promise<string[]> {
  const turns = new Turns();
  const { pod } = await turns.world.launch(record);
  void turns.world.play(pod, life);
  await turns.run();
  return announced(turns.world.publisher);
}

/** Everything that watch announces of a Pod that vanishes while it runs, cancelled or not. */
async function vanished(isCancelled: boolean): Promise<string[]> {
  const turns = new Turns();
  const { world } = turns;
  const { record, pod } = await world.launch();
  void world.play(pod, { lines: Array<string>(30).fill('line') });
  const turn = turns.start();
  await world.clock.advance(10_000);
  if (isCancelled) await world.store.create(attemptObjects(attemptOf(record)).cancel, '{}', { signal });
  world.cluster.drop(pod.metadata.name);
  await world.clock.runUntil(turn);
  return announced(world.publisher);
}

/** What an event says, in short; its attributes and its id are as everywhere. */
function announced(publisher: MemoryPublisher): string[] {
  return publisher.published
    .filter(({ topic }) => topic.endsWith('/events'))
    .map(({ data, attributes }) => {
      const { id, type, data: said } = stateEventSchema.parse(JSON.parse(data));
      const { dag_id, run_id, task_id, state, reason, try_number } = said;
      const attempt = { dagId: dag_id, runId: run_id, taskId: task_id, tryNumber: try_number };
      expect(id).toBe(stateEventId(attempt, state));
      expect(type).toBe(`dev.taskpod.run.${state}`);
      const contentType = 'application/cloudevents+json';
      expect(attributes).toEqual({ 'content-type': contentType, dag_id, run_id, task_id, state, reason });
      return [state, reason, try_number === 1 ? '' : `(try ${try_number})`].filter(Boolean).join(' ');
    });
}

const paths: [by: 'launch' | 'watch', path: string, run: () => Promise<string[]>, events: string[]][] = [
  ['launch', 'a task', () => launched(helloTask), ['queued']],
  ['launch', 'a task that comes twice', () => launched(helloTask, helloTask), ['queued', 'queued']],
  ['launch', 'the next attempt', launchedAgain, ['queued (try 2)']],
  ['launch', 'what is no task', () => launched('{'), ['rejected invalid_task']],
  ['launch', 'a task with a mistake', () => launched({ ...helloTask, imag: 'x' }), ['rejected invalid_task']],
  [
    'launch',
    'a template that fails',
    () => launched({ ...helloTask, cmds: ['{{ nobody }}'] }),
    ['rejected template_failed'],
  ],
  [
    'launch',
    'what policy does not allow',
    () => launched({ ...helloTask, namespace: 'kube-system' }),
    ['rejected policy_refused'],
  ],
  ['launch', 'what the API server refuses', refused, ['rejected admission_refused']],
  [
    'launch',
    'cancelled before its task comes',
    () => launched(control('cancel'), helloTask),
    ['cancelled cancelled'],
  ],
  ['watch', 'a task that succeeds', () => watched({}, {}), ['running', 'success completed']],
  ['watch', 'a task that fails', () => watched({}, { exitCode: 3 }), ['running', 'failed exit_code']],
  [
    'watch',
    'a task that asks to be skipped',
    () => watched({ skip_on_exit_code: [99] }, { exitCode: 99 }),
    ['running', 'skipped skipped_by_exit_code'],
  ],
  [
    'watch',
    'a failure that is tried again',
    () => watched({ retries }, { exitCode: 3 }),
    ['running', 'up_for_retry exit_code'],
  ],
  ['watch', 'cancelled while it runs', () => vanished(true), ['running', 'cancelled cancelled']],
  ['watch', 'deleted while it runs', () => vanished(false), ['running', 'failed pod_deleted']],
];

describe('each change of state is announced', () => {
  test.each(paths)('by %s: %s', async (_by, _path, run, events) => {
    expect(await run()).toEqual(events);
  });

  test('and docs/events.md says by whom', () => {
    const told = new Map<string, Set<string>>(states.map(state => [state, new Set()]));
    for (const [by, , , events] of paths)
      for (const event of events) told.get(event.split(' ')[0] ?? '')?.add(by);
    const [table = ''] = readText('docs/events.md').split('```json');
    const documented = tableRows(table).map(([state, by = '']) => [state, by]);
    expect(documented).toEqual([...told].map(([state, by]) => [state, [...by].join(', ')]));
  });
});
