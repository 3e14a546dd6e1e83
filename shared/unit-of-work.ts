import type { PushedMessage } from './push.ts';
import type { WorkLog, WorkRecord } from './work-log.ts';

/** W3C trace context, version 00; ids of zeros alone are none. Source: www.w3.org/TR/trace-context, section 3.2. */
const traceparentPattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * messageLog is a log whose records all tell which message they are about, and its trace. `topic` (projects/PROJECT/topics/TOPIC) tells
 * the project of the trace.
 */
export function messageLog(message: PushedMessage, topic: string, log: WorkLog): WorkLog {
  const fields = {
    message_id: message.messageId,
    published_at: message.publishTime,
    delivery_attempt: message.deliveryAttempt,
    traceparent: message.traceparent,
    ...traceFields(message.traceparent, topic),
  };
  return (severity, text, record) => log(severity, text, { ...fields, ...record });
}

/** nextDelivery says what becomes of a message that is not acknowledged; a delivery is counted only with a dead-letter policy. */
export function nextDelivery({ deliveryAttempt }: Pick<PushedMessage, 'deliveryAttempt'>): string {
  return deliveryAttempt === undefined
    ? 'Pub/Sub delivers it again, until the retention of the subscription is over.'
    : 'Pub/Sub delivers it again; after the last delivery that the subscription allows it is a dead letter.';
}

/**
 * The names under which Cloud Logging joins a record with its trace; none for a header that is not W3C's.
 * Source: cloud.google.com/logging/docs/structured-logging, "Special JSON fields".
 */
function traceFields(traceparent: string | undefined, topic: string): WorkRecord {
  const [, trace, span, flags] = traceparentPattern.exec(traceparent ?? '') ?? [];
  const [, project] = /^projects\/([^/]+)\/topics\//.exec(topic) ?? [];
  if (trace === undefined || flags === undefined || project === undefined) return {};
  return {
    'logging.googleapis.com/trace': `projects/${project}/traces/${trace}`,
    'logging.googleapis.com/spanId': span,
    'logging.googleapis.com/trace_sampled': (Number.parseInt(flags, 16) & 1) === 1,
  };
}
