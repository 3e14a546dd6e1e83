import { z } from 'zod';

/** An event about a Pod, in the words of an outcome. */
export interface PodEvent {
  /** `Normal` or `Warning`. */
  type: string;
  reason: string;
  message: string;
  /** How often it happened. */
  count: number;
  /** The container that it is about; null: the whole Pod. */
  container: string | null;
  /** RFC 3339; null where the server tells none. */
  first_at: string | null;
  last_at: string | null;
}

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '');
const time = z
  .string()
  .nullish()
  .transform(value => value || null);

/** An Event of core/v1, as the API server's JSON has it; the scheduler writes `eventTime` and `series` instead of times and a count. */
export const podEventSchema = z
  .object({
    type: text,
    reason: text,
    message: text,
    count: z.number().nullish(),
    involvedObject: z.object({ fieldPath: text }).optional(),
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: time,
    series: z.object({ count: z.number().nullish(), lastObservedTime: time }).nullish(),
  })
  .transform(
    (event): PodEvent => ({
      type: event.type,
      reason: event.reason,
      message: event.message,
      count: event.count ?? event.series?.count ?? 1,
      container: /\{([^}]+)\}$/.exec(event.involvedObject?.fieldPath ?? '')?.[1] ?? null,
      first_at: event.firstTimestamp ?? event.eventTime,
      last_at: lastTime(event),
    }),
  );

/** The same Event as a trace of its Pod: which it was, and when it was heard of last. */
export const podHeardOfSchema = z
  .object({
    involvedObject: z.object({ uid: text }),
    metadata: z.object({ creationTimestamp: time }),
    lastTimestamp: time,
    eventTime: time,
    series: z.object({ lastObservedTime: time }).nullish(),
  })
  .transform(event => ({
    uid: event.involvedObject.uid,
    at: lastTime(event) ?? event.metadata.creationTimestamp ?? '',
  }));

/** When the last of the occurrences that an event counts was. */
function lastTime(event: {
  lastTimestamp: string | null;
  eventTime: string | null;
  series?: { lastObservedTime: string | null } | null | undefined;
}): string | null {
  return event.lastTimestamp ?? event.series?.lastObservedTime ?? event.eventTime;
}
