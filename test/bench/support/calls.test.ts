import { expect, test } from 'vitest';
import { countCalls } from '../../../bench/support/calls.ts';

function call(verb: string, resource = 'pods', more: { userAgent?: string; uri?: string } = {}) {
  const common = {
    userAgent: 'taskpod-watch',
    username: 'watch@example.com',
    name: 'p',
    uri: '/',
    status: 200,
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
