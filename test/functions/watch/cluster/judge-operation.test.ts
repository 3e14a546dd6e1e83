import { expect, test } from 'vitest';
import {
  judgeOperation,
  needsCluster,
  type OperationView,
  pollMs,
} from '../../../../functions/watch/cluster/judge-operation.ts';
import type { GkeCluster, GkeOperation } from '../../../../shared/ports/cluster-operations.ts';

const queued = Date.parse('2026-11-23T10:00:00Z');
const operation: GkeOperation = {
  name: 'operation-1',
  type: 'CREATE_CLUSTER',
  status: 'RUNNING',
  ...{ selfLink: '', targetLink: '', startedAt: '', endedAt: '', error: undefined },
};
const cluster = (status: string): GkeCluster => ({ status, statusMessage: 'why', selfLink: '', labels: {} });
const done: GkeOperation = { ...operation, status: 'DONE' };
const failed = (code: number, message = 'why'): GkeOperation => ({ ...done, error: { code, message } });

function view(action: 'create' | 'delete', changes: Partial<OperationView> = {}): OperationView {
  return {
    claim: {
      gke_cluster: { action, name: 'c', delete_on_failure: true, push_xcom: false },
      record: {
        version: 1,
        ...{ dag_id: 'd', run_id: 'r', task_id: 't', try_number: 1, scope: 's' },
        queued_at: new Date(queued).toISOString(),
        total_timeout_seconds: 600,
        total_deadline_at: new Date(queued + 600_000).toISOString(),
        execution_timeout_seconds: 300,
      },
    },
    sent: {
      version: 1,
      kind: 'started',
      operation: 'operation-1',
      at: new Date(queued + 400_000).toISOString(),
    },
    isCancelled: false,
    operation,
    cluster: undefined,
    ...changes,
  };
}

const exists = { version: 1, kind: 'exists', operation: null, at: '2026-11-23T10:00:00Z' } as const;
const absent = { ...exists, kind: 'absent' } as const;

test.each<[string, OperationView, string | undefined]>([
  ['goes on', view('create'), undefined],
  [
    'is over, its cluster not yet',
    view('create', { operation: done, cluster: cluster('PROVISIONING') }),
    undefined,
  ],
  ['in a state nobody knows', view('create', { operation: done, cluster: cluster('NEW') }), undefined],
  ['runs', view('create', { operation: done, cluster: cluster('RUNNING') }), 'completed'],
  ['is mended', view('create', { operation: done, cluster: cluster('RECONCILING') }), 'completed'],
  ['serves badly', view('create', { operation: done, cluster: cluster('DEGRADED') }), 'completed'],
  ['is broken', view('create', { operation: done, cluster: cluster('ERROR') }), 'cluster_failed'],
  ['goes', view('create', { operation: done, cluster: cluster('STOPPING') }), 'cluster_lost'],
  ['is gone', view('create', { operation: done }), 'cluster_lost'],
  ['forgotten, and runs', view('create', { operation: undefined, cluster: cluster('RUNNING') }), 'completed'],
  [
    'existed',
    view('create', { sent: exists, operation: undefined, cluster: cluster('RUNNING') }),
    'completed',
  ],
  ['INVALID_ARGUMENT', view('create', { operation: failed(3) }), 'cluster_request_refused'],
  ['NOT_FOUND', view('create', { operation: failed(5) }), 'cluster_request_refused'],
  ['PERMISSION_DENIED', view('create', { operation: failed(7) }), 'cluster_forbidden'],
  ['RESOURCE_EXHAUSTED', view('create', { operation: failed(8) }), 'cluster_no_capacity'],
  ['FAILED_PRECONDITION', view('create', { operation: failed(9) }), 'cluster_request_refused'],
  ['UNAUTHENTICATED', view('create', { operation: failed(16) }), 'cluster_forbidden'],
  ['INTERNAL', view('create', { operation: failed(13) }), 'cluster_failed'],
  ['no code', view('create', { operation: failed(0) }), 'cluster_failed'],
  [
    'a full quota by its words',
    view('create', { operation: failed(0, "Quota 'CPUS' exceeded") }),
    'cluster_no_capacity',
  ],
  [
    'cancelled, whatever else',
    view('create', { operation: done, cluster: cluster('RUNNING'), isCancelled: true }),
    'cancelled',
  ],
  ['deletion goes on', view('delete'), undefined],
  ['deletion is over', view('delete', { operation: done }), 'completed'],
  ['deletion of nothing', view('delete', { sent: absent, operation: undefined }), 'completed'],
  ['deletion failed', view('delete', { operation: failed(13) }), 'cluster_failed'],
  ['deletion forgotten, cluster gone', view('delete', { operation: undefined }), 'completed'],
  [
    'deletion forgotten, cluster goes',
    view('delete', { operation: undefined, cluster: cluster('STOPPING') }),
    undefined,
  ],
  [
    'deletion forgotten, cluster runs',
    view('delete', { operation: undefined, cluster: cluster('RUNNING') }),
    'cluster_failed',
  ],
  ['deletion is not cancelled', view('delete', { isCancelled: true }), undefined],
  ['GKE says nothing', view('create', { operation: undefined, trouble: 'away' }), undefined],
])('%s', (_, seen, reason) => {
  expect(judgeOperation(seen, queued + 1_000)?.reason).toBe(reason);
});

test.each([
  [599_999, undefined],
  [600_000, 'total_timeout'],
  [700_000, 'execution_timeout'],
])('after %i ms', (ms, reason) => {
  expect(judgeOperation(view('create'), queued + ms)?.reason).toBe(reason);
});

test('what is over counts, however late it is seen; what cannot be seen is told', () => {
  const late = queued + 3_600_000;
  expect(judgeOperation(view('delete', { operation: done }), late)?.reason).toBe('completed');
  expect(judgeOperation(view('delete', { trouble: 'GKE is away' }), late)).toMatchObject({
    reason: 'execution_timeout',
    detail: 'GKE is away',
    summary: 'The operation took longer than execution_timeout_seconds (300s).',
  });
});

test.each<[string, OperationView, boolean]>([
  ['creation goes on', view('create'), false],
  ['creation is over', view('create', { operation: done }), true],
  ['creation failed', view('create', { operation: failed(3) }), false],
  ['creation is forgotten', view('create', { operation: undefined }), true],
  ['deletion is over', view('delete', { operation: done }), false],
  ['deletion is forgotten', view('delete', { operation: undefined }), true],
  ['nothing to delete', view('delete', { sent: absent, operation: undefined }), false],
])('whether the cluster is to be read: %s', (_, { claim, sent, operation: found }, expected) => {
  expect(needsCluster(claim, sent, found)).toBe(expected);
});

test('the pause grows from 5 to 30 s', () => {
  expect([0, 1, 2, 3, 4, 5, 1_000].map(pollMs)).toEqual([
    5_000, 7_500, 11_250, 16_875, 25_313, 30_000, 30_000,
  ]);
});
