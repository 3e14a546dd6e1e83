import { expect, test } from 'vitest';
import { podEventSchema, podHeardOfSchema } from '../../../shared/kubernetes/pod-event.ts';

test.each([
  {
    name: 'the kubelet’s',
    json: {
      type: 'Warning',
      reason: 'Failed',
      message: 'Error: ErrImagePull',
      count: 3,
      involvedObject: { fieldPath: 'spec.initContainers{fetch}' },
      firstTimestamp: '2026-11-23T10:00:01Z',
      lastTimestamp: '2026-11-23T10:00:09Z',
      eventTime: null,
    },
    expected: {
      type: 'Warning',
      reason: 'Failed',
      message: 'Error: ErrImagePull',
      count: 3,
      container: 'fetch',
      first_at: '2026-11-23T10:00:01Z',
      last_at: '2026-11-23T10:00:09Z',
    },
  },
  {
    name: 'the scheduler’s, which counts in a series',
    json: {
      type: 'Warning',
      reason: 'FailedScheduling',
      message: '0/1 nodes are available',
      involvedObject: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: '2026-11-23T10:00:01.000001Z',
      series: { count: 2, lastObservedTime: '2026-11-23T10:05:00.000001Z' },
    },
    expected: {
      type: 'Warning',
      reason: 'FailedScheduling',
      message: '0/1 nodes are available',
      count: 2,
      container: null,
      first_at: '2026-11-23T10:00:01.000001Z',
      last_at: '2026-11-23T10:05:00.000001Z',
    },
  },
  {
    name: 'one that says nothing',
    json: {},
    expected: { type: '', reason: '', message: '', count: 1, container: null, first_at: null, last_at: null },
  },
])('$name', ({ json, expected }) => {
  expect(podEventSchema.parse(json)).toEqual(expected);
});

test.each([
  { times: { lastTimestamp: '2026-11-23T10:00:09Z', eventTime: null }, at: '2026-11-23T10:00:09Z' },
  {
    times: { eventTime: '2026-11-23T10:00:01.5Z', series: { lastObservedTime: '2026-11-23T10:00:08.5Z' } },
    at: '2026-11-23T10:00:08.5Z',
  },
  { times: { eventTime: '2026-11-23T10:00:01.5Z', series: null }, at: '2026-11-23T10:00:01.5Z' },
  { times: {}, at: '2026-11-23T10:00:00Z' },
])('a Pod was heard of at $at', ({ times, at }) => {
  const metadata = { creationTimestamp: '2026-11-23T10:00:00Z' };
  expect(podHeardOfSchema.parse({ involvedObject: { uid: 'u1' }, metadata, ...times })).toEqual({
    uid: 'u1',
    at,
  });
});
