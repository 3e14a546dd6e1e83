import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pod } from '../../shared/kubernetes/pod.ts';
import {
  createPod,
  deadline,
  freshName,
  type PodsUnderTest,
  podWhen,
  shell,
  waitMs,
} from './pods-support.ts';

const isRunning = ({ status }: Pod): boolean => status.containerStatuses?.[0]?.state?.running !== undefined;

/** podEvidenceContract is what a cluster tells of a Pod to those who want to know why it failed. */
export function podEvidenceContract(title: string, open: () => Promise<PodsUnderTest>): void {
  describe.concurrent(`Evidence of Pods: ${title}`, { timeout: waitMs }, () => {
    let under: PodsUnderTest;
    beforeAll(async () => {
      under = await open();
    }, waitMs);
    afterAll(() => under.close(), waitMs);

    test('a Pod’s events tell what has happened to it and to its containers, the oldest first', async () => {
      const { pods, namespace } = under;
      const [name, other] = [freshName('events'), freshName('other')];
      const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'no-such-secret', key: 'k' } } }];
      await createPod(under, name, { containers: [shell('base', '', { env })] });
      await createPod(under, other, { containers: [shell('base', 'exit 0')] });
      const isStuck = (pod: Pod): boolean =>
        pod.status.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError';
      const { uid } = (await podWhen(under, name, isStuck)).metadata;
      const signal = deadline();
      let events = await pods.listEvents(namespace, uid, signal);
      while (!events.some(({ reason }) => reason === 'Failed')) {
        events = await pods.listEvents(namespace, uid, signal);
      }
      // Within a second, in which most have no parts, the order is anybody's.
      const times = events.map(({ first_at }) => Math.trunc(Date.parse(first_at ?? '') / 1_000));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(events.find(({ reason }) => reason === 'Scheduled')).toMatchObject({
        type: 'Normal',
        container: null,
      });
      expect(events.find(({ reason }) => reason === 'Failed')).toEqual({
        type: 'Warning',
        reason: 'Failed',
        message: 'Error: secret "no-such-secret" not found',
        count: expect.any(Number),
        container: 'base',
        first_at: expect.stringMatching(/Z$/),
        last_at: expect.stringMatching(/Z$/),
      });
      expect(await pods.listEvents(namespace, 'no-such-uid', deadline())).toEqual([]);
    });

    test('of a Pod that is gone its events still tell; of one that never was, none', async () => {
      const { pods, namespace } = under;
      const name = freshName('heard');
      const signal = deadline();
      expect(await pods.heardOf(namespace, name, signal)).toBeUndefined();
      await createPod(under, name, { containers: [shell('base', 'sleep 60')] });
      const { uid } = (await podWhen(under, name, isRunning)).metadata;
      await pods.remove(namespace, name, { uid, gracePeriodSeconds: 0, signal });
      while ((await pods.read(namespace, name, signal)) !== undefined) signal.throwIfAborted();
      const heard = await pods.heardOf(namespace, name, signal);
      expect(heard).toEqual({ uid, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) });
      expect(await pods.heardOf(namespace, `${name}x`, signal)).toBeUndefined();
    });

    test('a Pod can be read whole, with what is not looked at otherwise', async () => {
      const { pods, namespace } = under;
      const name = freshName('whole');
      await createPod(under, name, {
        containers: [shell('base', 'exit 0', { env: [{ name: 'A', value: 'b' }] })],
      });
      expect(await pods.readWhole(namespace, name, deadline())).toMatchObject({
        kind: 'Pod',
        metadata: { name, namespace },
        spec: { containers: [{ name: 'base', env: [{ name: 'A', value: 'b' }] }], restartPolicy: 'Never' },
      });
      expect(await pods.readWhole(namespace, freshName('none'), deadline())).toBeUndefined();
    });
  });
}
