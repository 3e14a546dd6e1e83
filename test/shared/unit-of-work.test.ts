import { describe, expect, test } from 'vitest';
import type { PushedMessage } from '../../shared/push.ts';
import { messageLog, nextDelivery } from '../../shared/unit-of-work.ts';
import type { WorkRecord } from '../../shared/work-log.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';
const topic = 'projects/my-project/topics/watch';
const message = (traceparent: string | undefined): PushedMessage => ({
  messageId: 'm1',
  data: Buffer.from('planted'),
  attributes: { token: 'planted' },
  publishTime: '2026-11-23T10:00:00.123Z',
  deliveryAttempt: 2,
  traceparent,
});

/** What a record is given besides what it tells. */
function fieldsOf(traceparent: string | undefined, on = topic): WorkRecord | undefined {
  const records: (WorkRecord | undefined)[] = [];
  messageLog(message(traceparent), on, (_severity, _text, record) => records.push(record))('INFO', 'done');
  return records[0];
}

test('messageLog passes on what is told, and lets it win', () => {
  const told: unknown[] = [];
  const log = messageLog(message(undefined), topic, (...record) => told.push(record));
  log('WARNING', 'done', { pods: 2, message_id: 'm2' });
  const published_at = '2026-11-23T10:00:00.123Z';
  const record = { message_id: 'm2', published_at, delivery_attempt: 2, traceparent: undefined, pods: 2 };
  expect(told).toEqual([['WARNING', 'done', record]]);
});

describe('the records of a messageLog', () => {
  test.each([
    { flags: '01', sampled: true },
    { flags: '00', sampled: false },
    { flags: '03', sampled: true },
    { flags: '02', sampled: false },
  ])('name the trace as Cloud Logging does; flags $flags', ({ flags, sampled }) => {
    const traceparent = `00-${trace}-${span}-${flags}`;
    expect(fieldsOf(traceparent)).toEqual({
      message_id: 'm1',
      published_at: '2026-11-23T10:00:00.123Z',
      delivery_attempt: 2,
      traceparent,
      'logging.googleapis.com/trace': `projects/my-project/traces/${trace}`,
      'logging.googleapis.com/spanId': span,
      'logging.googleapis.com/trace_sampled': sampled,
    });
  });

  test.each([
    { what: 'no header', traceparent: undefined },
    { what: 'ids that are too short', traceparent: '00-abc-def-01' },
    { what: 'a trace of zeros', traceparent: `00-${'0'.repeat(32)}-${span}-01` },
    { what: 'a span of zeros', traceparent: `00-${trace}-${'0'.repeat(16)}-01` },
    { what: 'something before it', traceparent: `x00-${trace}-${span}-01` },
    { what: 'something after it', traceparent: `00-${trace}-${span}-01-more` },
    { what: 'capitals', traceparent: `00-${trace.toUpperCase()}-${span}-01` },
  ])('name no trace: $what', ({ traceparent }) => {
    expect(Object.keys(fieldsOf(traceparent) ?? {})).toEqual([
      'message_id',
      'published_at',
      'delivery_attempt',
      'traceparent',
    ]);
  });

  test('name no trace without a project', () => {
    const fields = fieldsOf(`00-${trace}-${span}-01`, 'watch');
    expect(fields).not.toHaveProperty(['logging.googleapis.com/trace']);
  });
});

test.each([
  { deliveryAttempt: undefined, says: 'until the retention' },
  { deliveryAttempt: 1, says: 'a dead letter' },
])('nextDelivery of attempt $deliveryAttempt: $says', ({ deliveryAttempt, says }) => {
  expect(nextDelivery({ deliveryAttempt })).toContain(says);
});
