import { expect, test } from 'vitest';
import { shouldDelete } from '../../../../functions/watch/attempt/finish-attempt.ts';
import { onFinishActions } from '../../../../shared/attempt-record.ts';
import { makePod, running, terminated } from '../../../fakes/make-pod.ts';

const pods = [
  { name: 'pending', pod: makePod({ phase: 'Pending' }), deleted: ['delete_pod', 'delete_active_pod'] },
  {
    name: 'running',
    pod: makePod({ phase: 'Running', containerStatuses: [running()] }),
    deleted: ['delete_pod', 'delete_active_pod'],
  },
  {
    name: 'main exited 0, sidecar still stopping',
    pod: makePod({ phase: 'Running', containerStatuses: [terminated(0)] }),
    deleted: ['delete_pod', 'delete_succeeded_pod'],
  },
  {
    name: 'main exited 1, sidecar still stopping',
    pod: makePod({ phase: 'Running', containerStatuses: [terminated(1)] }),
    deleted: ['delete_pod'],
  },
  {
    name: 'succeeded',
    pod: makePod({ phase: 'Succeeded' }),
    deleted: ['delete_pod', 'delete_succeeded_pod'],
  },
  { name: 'failed', pod: makePod({ phase: 'Failed' }), deleted: ['delete_pod'] },
];
test.each(pods)('a Pod that is $name is deleted by $deleted', ({ pod, deleted }) => {
  expect(onFinishActions.filter(action => shouldDelete(action, pod, 'base'))).toEqual(deleted);
});
