import { expect, test } from 'vitest';
import { PodUpdates } from '../../../functions/watch/pod-updates.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { makePod } from '../../fakes/make-pod.ts';

const never = new AbortController().signal;
const failed = (pod: { status: { phase?: string | undefined } }): boolean => pod.status.phase === 'Failed';

test('until resolves at once, or with the version that fits', async () => {
  const updates = new PodUpdates(makePod({ phase: 'Pending' }));
  const seen: string[] = [];
  const waiting = updates.until(failed, never).then(() => seen.push('failed'));
  updates.update(makePod({ phase: 'Running' }));
  await Promise.resolve();
  expect(seen).toEqual([]);
  updates.update(makePod({ phase: 'Failed' }));
  await waiting;
  expect(seen).toEqual(['failed']);
  await updates.until(failed, never);
});

test('a Pod that is gone ends every wait and keeps its last version', async () => {
  const updates = new PodUpdates(makePod({ phase: 'Running' }));
  const waiting = updates.until(failed, never);
  updates.markGone(makePod({ phase: 'Succeeded' }));
  await waiting;
  expect({ gone: updates.gone, phase: updates.pod.status.phase }).toEqual({ gone: true, phase: 'Succeeded' });
  updates.markGone();
  expect(updates.pod.status.phase).toBe('Succeeded');
});

test('the signal’s reason is what a wait rejects with', async () => {
  const updates = new PodUpdates(makePod({ phase: 'Running' }));
  const stop = new AbortController();
  const waiting = updates.until(failed, stop.signal);
  const reason = new TaskpodError('lease_lost', 'lost');
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(updates.until(failed, stop.signal)).rejects.toBe(reason);
});
