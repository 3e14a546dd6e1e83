import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClusterOperations } from '../../shared/ports/cluster-operations.ts';
import type { GkeClusters } from '../google/gke-clusters.ts';

/** An adapter of the port, and the clusters behind it. */
export interface OperationsSubject {
  operations: ClusterOperations;
  gke: GkeClusters;
  close: () => Promise<void>;
}

const never = new AbortController().signal;
const location = 'projects/p/locations/l';
const one = `${location}/clusters/one`;
const labels = { 'taskpod-attempt': 'abc' };

/** operationsContract is what every adapter of ClusterOperations does. */
export function operationsContract(name: string, start: () => Promise<OperationsSubject>): void {
  describe(name, () => {
    let subject: OperationsSubject;
    let operations: ClusterOperations;
    beforeEach(async () => {
      subject = await start();
      ({ operations } = subject);
      subject.gke.looks = Number.POSITIVE_INFINITY;
    });
    afterEach(() => subject.close());
    const create = () => operations.create(one, { name: 'one', resourceLabels: labels }, never);

    test('a creation is started once; then there is such a cluster', async () => {
      expect(await create()).toEqual({
        kind: 'started',
        operation: {
          name: 'operation-1',
          type: 'CREATE_CLUSTER',
          status: 'RUNNING',
          selfLink: expect.stringMatching(/\/operations\/operation-1$/),
          targetLink: expect.stringMatching(/\/projects\/123\/locations\/l\/clusters\/one$/),
          startedAt: expect.stringMatching(/^2\d{3}-/),
          endedAt: '',
          error: undefined,
        },
      });
      expect(await create()).toEqual({ kind: 'exists' });
      expect(subject.gke.bodies[0]).toEqual({ name: 'one', resourceLabels: labels });
    });

    test('a cluster is read with its state and labels', async () => {
      await create();
      const selfLink = expect.stringMatching(/\/clusters\/one$/);
      expect(await operations.read(one, never)).toEqual({
        status: 'PROVISIONING',
        statusMessage: '',
        selfLink,
        labels,
      });
    });

    test('an operation that ends with an error tells it', async () => {
      subject.gke.failure = { code: 8, message: 'quota' };
      await create();
      subject.gke.end('operation-1');
      expect(await operations.readOperation(one, 'operation-1', never)).toMatchObject({
        status: 'DONE',
        endedAt: expect.stringMatching(/^2\d{3}-/),
        error: { code: 8, message: 'quota' },
      });
    });

    test('the operations of one cluster are listed, and those of no other', async () => {
      expect(await operations.listOperations(one, never)).toEqual([]);
      await create();
      await operations.create(`${location}/clusters/another-one`, { name: 'another-one' }, never);
      const listed = await operations.listOperations(one, never);
      expect(listed.map(({ name: operation }) => operation)).toEqual(['operation-1']);
    });

    test('a deletion is refused while the cluster is made, and started afterwards', async () => {
      await create();
      expect(await operations.remove(one, never)).toEqual({
        kind: 'refused',
        status: 400,
        message: expect.stringContaining('incompatible operation operation-1'),
      });
      subject.gke.end('operation-1');
      expect(await operations.remove(one, never)).toMatchObject({
        kind: 'started',
        operation: { type: 'DELETE_CLUSTER' },
      });
    });

    test('what is not there is absent', async () => {
      expect(await operations.remove(one, never)).toEqual({ kind: 'absent' });
      expect(await operations.read(one, never)).toBeUndefined();
      expect(await operations.readOperation(one, 'operation-9', never)).toBeUndefined();
    });

    test('a creation is cancelled, or GKE refuses that', async () => {
      await create();
      expect(await operations.cancelOperation(one, 'operation-1', never)).toBe(true);
      expect(await operations.readOperation(one, 'operation-1', never)).toMatchObject({ status: 'ABORTING' });
      subject.gke.isCancellable = false;
      expect(await operations.cancelOperation(one, 'operation-1', never)).toBe(false);
    });
  });
}
