import type { V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pods } from '../../shared/ports/pods.ts';
import { deadline, freshName, manifest, shell, waitMs } from './pods-support.ts';

/** The part of Pods that is about single objects. */
export interface PodObjectsUnderTest {
  pods: Pick<Pods, 'create' | 'read' | 'remove'>;
  namespace: string;
  close(): Promise<void>;
}

const sleeper: V1PodSpec = { containers: [shell('base', 'sleep 600')] };

/** podObjectsContract is what creating, reading and deleting single Pods must do. */
export function podObjectsContract(title: string, open: () => Promise<PodObjectsUnderTest>): void {
  describe.concurrent(`Pod objects: ${title}`, { timeout: waitMs }, () => {
    let under: PodObjectsUnderTest;
    beforeAll(async () => {
      under = await open();
    }, waitMs);
    afterAll(() => under.close(), waitMs);

    const gone = async (name: string): Promise<void> => {
      const signal = deadline();
      while ((await under.pods.read(under.namespace, name, signal)) !== undefined) signal.throwIfAborted();
    };

    test('a Pod is created once; a second POST of its name is told so', async () => {
      const { pods, namespace } = under;
      const name = freshName('once');
      const posted = manifest(namespace, name, sleeper, { app: 'x' });
      const first = await pods.create(namespace, posted, deadline());
      const second = await pods.create(namespace, posted, deadline());
      const read = await pods.read(namespace, name, deadline());

      expect(second).toEqual({ kind: 'exists' });
      const { name: readName, namespace: readNamespace, labels, uid } = read?.metadata ?? {};
      expect({ readName, readNamespace, labels }).toEqual({
        readName: name,
        readNamespace: namespace,
        labels: { app: 'x' },
      });
      expect(first).toMatchObject({ kind: 'created', pod: { metadata: { name, uid } } });
      expect(read?.spec.containers.map(container => container.name)).toEqual(['base']);
    });

    test('a Pod that does not exist is read as nothing', async () => {
      expect(await under.pods.read(under.namespace, 'nobody', deadline())).toBeUndefined();
    });

    test('only the Pod with the given uid is deleted', async () => {
      const { pods, namespace } = under;
      const name = freshName('uid');
      await pods.create(namespace, manifest(namespace, name, sleeper), deadline());
      const uid = (await pods.read(namespace, name, deadline()))?.metadata.uid ?? '';
      const other = '00000000-0000-4000-8000-000000000000';

      expect(await pods.remove(namespace, name, { uid: other, signal: deadline() })).toBe('absent');
      const kept = await pods.read(namespace, name, deadline());
      expect({ uid: kept?.metadata.uid, deletion: kept?.metadata.deletionTimestamp }).toEqual({
        uid,
        deletion: undefined,
      });
      expect(await pods.remove(namespace, name, { uid, signal: deadline() })).toBe('deleted');
      await gone(name);
      expect(await pods.remove(namespace, name, { uid, signal: deadline() })).toBe('absent');
    });

    test('a name can be used again after its Pod is gone, with another uid', async () => {
      const { pods, namespace } = under;
      const name = freshName('again');
      const uids: string[] = [];
      for (let round = 0; round < 2; round++) {
        const made = await pods.create(namespace, manifest(namespace, name, sleeper), deadline());
        if (made.kind !== 'created') throw new Error(made.kind);
        const { uid } = made.pod.metadata;
        uids.push(uid);
        await pods.remove(namespace, name, { uid, gracePeriodSeconds: 0, signal: deadline() });
        await gone(name);
      }
      expect(new Set(uids).size).toBe(2);
    });
  });
}
