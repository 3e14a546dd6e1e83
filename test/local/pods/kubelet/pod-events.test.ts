import { expect, test } from 'vitest';
import { ResourceStore, VersionCounter } from '../../../../local/pods/api/resource-store.ts';
import { type EventObject, PodEvents } from '../../../../local/pods/kubelet/pod-events.ts';
import { makePod } from '../make-emulated-pod.ts';

function open() {
  const store = new ResourceStore<EventObject>('events', new VersionCounter(0), 10);
  let nowMs = Date.parse('2026-11-23T10:00:00Z');
  const events = new PodEvents(store, () => {
    nowMs += 1_000;
    return nowMs;
  });
  return { store, events };
}
const pod = makePod({ containers: [{ name: 'base', image: 'i' }] });

test('an event that repeats is counted; one of another container is another', () => {
  const { store, events } = open();
  const failed = { type: 'Warning', reason: 'Failed', message: 'no' } as const;
  events.record(pod, { ...failed, fieldPath: 'spec.containers{a}' });
  events.record(pod, { ...failed, fieldPath: 'spec.containers{b}' });
  events.record(pod, { ...failed, fieldPath: 'spec.containers{a}' });
  const seen = store.list('ns').map(({ involvedObject, count, firstTimestamp, lastTimestamp }) => ({
    path: involvedObject.fieldPath,
    count,
    seconds: [firstTimestamp, lastTimestamp].map(time => time.slice(17, 19)),
  }));
  expect(seen.toSorted((a, b) => b.count - a.count)).toEqual([
    { path: 'spec.containers{a}', count: 2, seconds: ['01', '03'] },
    { path: 'spec.containers{b}', count: 1, seconds: ['02', '02'] },
  ]);
});

test('a thousand are kept: what happened longest ago goes first', () => {
  const { store, events } = open();
  const record = (n: number) => events.record(pod, { type: 'Normal', reason: 'N', message: `${n}` });
  for (let n = 0; n < 1_000; n++) record(n);
  record(0);
  record(1_000);
  record(1_001);
  const messages = new Set(store.list().map(event => event.message));
  expect(messages.size).toBe(1_000);
  expect(['0', '1', '2', '3', '1001'].filter(message => messages.has(message))).toEqual(['0', '3', '1001']);
});
