import { expect, test } from 'vitest';
import { countCalls, mostWatches } from '../../../bench/support/calls.ts';
import type { AuditedCall } from '../../cluster/support/audit.ts';

function call(verb: string, resource = 'pods', more: Partial<AuditedCall> = {}) {
  const common = {
    userAgent: 'taskpod-watch',
    username: 'watch@example.com',
    name: 'p',
    uri: '/',
    status: 200,
    beganMs: 0,
    endedMs: 1,
  };
  return { verb, resource, ...common, ...more };
}

test('countCalls sorts the calls of both functions and divides by the tasks', () => {
  const calls = [
    call('create', 'pods', { userAgent: 'taskpod-launch' }),
    call('create', 'pods', { userAgent: 'taskpod-launch' }),
    call('get', 'pods/log', { uri: '/log?container=base&timestamps=true&follow=true' }),
    call('get', 'pods/log', { uri: '/log?container=base&timestamps=true' }),
    call('delete'),
    call('delete'),
    call('list'),
    call('watch'),
    call('get'),
    call('list', 'events'),
    call('get', 'pods', { userAgent: 'kubectl/v1.34' }),
    call('list', 'pods', { userAgent: 'taskpod-bench' }),
  ];
  expect(countCalls(calls, 2)).toEqual({
    post: 1,
    logStreams: 0.5,
    logReads: 0.5,
    delete: 1,
    ofTurns: 2,
    other: 1,
  });
});

test.each([
  ['none', [], 0],
  [
    'one after the other',
    [
      [0, 5],
      [5, 9],
    ],
    1,
  ],
  [
    'two at a time, of three',
    [
      [0, 5],
      [4, 9],
      [6, 7],
    ],
    2,
  ],
  [
    'one that goes on, and later ones',
    [
      [0, Number.POSITIVE_INFINITY],
      [1, 2],
      [3, 4],
    ],
    2,
  ],
] as const)('mostWatches: %s', (_, spans, most) => {
  const watches = spans.map(([beganMs, endedMs]) => call('watch', 'pods', { beganMs, endedMs }));
  const others = [
    call('list', 'pods', { endedMs: 99 }),
    call('watch', 'pods', { endedMs: 99, userAgent: 'taskpod-bench' }),
  ];
  expect(mostWatches([...others, ...watches])).toBe(most);
});
