import { describe, expect, test } from 'vitest';
import type { PushedMessage } from '../../shared/push.ts';
import { messageFields, nextDelivery } from '../../shared/unit-of-work.ts';

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

describe('messageFields', () => {
  test.each([
    { flags: '01', sampled: true },
    { flags: '00', sampled: false },
    { flags: '03', sampled: true },
    { flags: '02', sampled: false },
  ])('name the trace as Cloud Logging does; flags $flags', ({ flags, sampled }) => {
    const traceparent = `00-${trace}-${span}-${flags}`;
    expect(messageFields(message(traceparent), topic, 12.6)).toEqual({
      message_id: 'm1',
      published_at: '2026-11-23T10:00:00.123Z',
      delivery_attempt: 2,
      traceparent,
      duration_ms: 13,
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
    expect(Object.keys(messageFields(message(traceparent), topic, 0))).toEqual([
      'message_id',
      'published_at',
      'delivery_attempt',
      'traceparent',
      'duration_ms',
    ]);
  });

  test('name no trace without a project', () => {
    const fields = messageFields(message(`00-${trace}-${span}-01`), 'watch', 0);
    expect(fields).not.toHaveProperty(['logging.googleapis.com/trace']);
  });
});

test.each([
  { deliveryAttempt: undefined, says: 'until the retention' },
  { deliveryAttempt: 1, says: 'a dead letter' },
])('nextDelivery of attempt $deliveryAttempt: $says', ({ deliveryAttempt, says }) => {
  expect(nextDelivery({ deliveryAttempt })).toContain(says);
});
