import { expect, test } from 'vitest';
import { attemptObjects, leaseObject, openMarker, rejectedObject } from '../../../shared/object-names.ts';
import { stateEvent } from '../../../shared/state-event.ts';
import { writePoints } from '../schedule/death-points.ts';
import { objectKind, pointOf } from './death-point.ts';

const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 2 };
const objects = attemptObjects(attempt);

test.each([
  [objects.launch, 'launch.json'],
  [objects.podFinal, 'pod.final.json'],
  [objects.segment('base', 7), 'segment'],
  [`${objects.segments('base')}composed/1/000001`, 'part of a log'],
  [objects.log('base'), 'log'],
  [openMarker('scope', attempt), 'marker'],
  [leaseObject('scope'), 'lease'],
  [rejectedObject('1'), 'rejected'],
  ['config/variables/a', 'other'],
])('%s is a %s', (name, kind) => {
  expect(objectKind(name)).toBe(kind);
});

const event = stateEvent({
  attempt,
  state: 'up_for_retry',
  reason: 'exit_code',
  class: 'user',
  exitCode: 1,
  summary: '',
  at: '2026-01-01T00:00:00.000Z',
  bucket: 'b',
});

test.each<[Parameters<typeof pointOf>, string | undefined]>([
  [['store', 'create', [objects.outcome, '']], 'create outcome.json'],
  [['store', 'replace', [leaseObject('s'), '']], 'replace lease'],
  [['store', 'remove', [openMarker('s', attempt)]], 'remove marker'],
  [['store', 'compose', [[], objects.log('base')]], 'compose log'],
  [['store', 'read', [objects.outcome]], undefined],
  [['store', 'list', ['open/']], undefined],
  [['publisher', 'publish', ['topic', [event]]], 'publish event up_for_retry'],
  [['publisher', 'publish', ['topic', [{ data: '{"kind":"ticket","scope":"s"}' }]]], 'publish ticket'],
  [['publisher', 'publish', ['topic', [{ data: '{"task_id":"t"}' }]]], 'publish task'],
  [['pods', 'create', ['namespace', {}]], 'create Pod'],
  [['pods', 'remove', ['namespace', 'name']], 'remove Pod'],
  [['pods', 'read', ['namespace', 'name']], undefined],
])('%j is "%s"', (call, point) => {
  expect(pointOf(...call)).toBe(point);
});

test('every point of the schedule is a method and what it is about', () => {
  const points = Object.values(writePoints).flat();
  expect(points.filter(point => !/^(create|replace|remove|compose|publish) \S/.test(point))).toEqual([]);
});
