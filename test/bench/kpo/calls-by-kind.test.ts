import { expect, test } from 'vitest';
import { callsByKind } from '../../../bench/kpo/calls-by-kind.ts';
import type { AuditedCall } from '../../cluster/support/audit.ts';

function call(userAgent: string, verb: string, resource = 'pods'): AuditedCall {
  const common = { username: 'admin', name: 'p', uri: '/', status: 200, beganMs: 0, endedMs: 1 };
  return { userAgent, verb, resource, ...common };
}

const operator = 'OpenAPI-Generator/36.0.3/python';
const calls = [
  call(operator, 'create'),
  call(operator, 'get'),
  call(operator, 'get'),
  call(operator, 'get', 'pods/log'),
  call(operator, 'list', 'events'),
  call(operator, 'patch'),
  call(operator, 'get', 'secrets'),
  call('taskpod-launch', 'create'),
  call('taskpod-watch', 'list'),
  call('taskpod-watch', 'watch'),
  call('taskpod-watch', 'delete'),
  call('taskpod-bench', 'list'),
  call('kubectl/v1.34', 'get'),
];
const none = {
  'POST Pod': 0,
  'GET Pod': 0,
  'LIST Pods': 0,
  'WATCH Pods': 0,
  'GET log': 0,
  exec: 0,
  'LIST events': 0,
  'PATCH Pod': 0,
  'DELETE Pod': 0,
  'anything else': 0,
};

test.each([
  [
    'kpo',
    { tasks: 2, execs: 4 },
    {
      ...none,
      'POST Pod': 0.5,
      'GET Pod': 1,
      'GET log': 0.5,
      exec: 2,
      'LIST events': 0.5,
      'PATCH Pod': 0.5,
      'anything else': 0.5,
      all: 5.5,
    },
  ],
  [
    'taskpod',
    { tasks: 1, execs: 0 },
    { ...none, 'POST Pod': 1, 'LIST Pods': 1, 'WATCH Pods': 1, 'DELETE Pod': 1, all: 4 },
  ],
] as const)('callsByKind counts what %s has called, for a task', (side, counts, expected) => {
  expect(Object.fromEntries(callsByKind(calls, side, counts))).toEqual(expected);
});
