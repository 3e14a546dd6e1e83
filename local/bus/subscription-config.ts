import { z } from 'zod';

/** Seconds as Google's JSON writes a duration: `"10s"`, `"1.5s"`. */
const duration = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,9})?s$/, 'must be seconds with an "s", such as "10s"')
  .transform(text => Number(text.slice(0, -1)))
  .pipe(z.number().max(600));

/** A subscription as it is created, with Pub/Sub's own limits and defaults. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions */
export const subscriptionRequest = z.object({
  topic: z.string(),
  /** Which messages it gets, in Pub/Sub's filter language; empty: all. */
  filter: z.string().default(''),
  pushConfig: z.object({ pushEndpoint: z.url({ protocol: /^https?$/ }).optional() }).default({}),
  /** 0 means the default. */
  ackDeadlineSeconds: z
    .number()
    .int()
    .refine(seconds => seconds === 0 || (seconds >= 10 && seconds <= 600), 'must be 10 to 600')
    .transform(seconds => seconds || 10)
    .default(10),
  retryPolicy: z
    .object({ minimumBackoff: duration.default(10), maximumBackoff: duration.default(600) })
    .optional(),
  deadLetterPolicy: z
    .object({ deadLetterTopic: z.string(), maxDeliveryAttempts: z.number().int().min(5).max(100).default(5) })
    .optional(),
});
export type SubscriptionConfig = z.output<typeof subscriptionRequest>;

/** What a push subscription without a retry policy does. https://cloud.google.com/pubsub/docs/push#push_backoff */
const pushBackoff = { minimumBackoff: 0.1, maximumBackoff: 60 };

/** backoffMs is the pause after the delivery number `attempt` (from 1) has failed: doubling, within the policy's bounds. */
export function backoffMs(config: SubscriptionConfig, attempt: number): number {
  const { minimumBackoff, maximumBackoff } = config.retryPolicy ?? pushBackoff;
  return Math.min(maximumBackoff, minimumBackoff * 2 ** Math.min(attempt - 1, 30)) * 1_000;
}

/** subscriptionResource is a subscription as the REST API tells it. */
export function subscriptionResource(name: string, config: SubscriptionConfig): object {
  const { retryPolicy, deadLetterPolicy, pushConfig } = config;
  return {
    name,
    topic: config.topic,
    pushConfig,
    ...(config.filter === '' ? {} : { filter: config.filter }),
    ackDeadlineSeconds: config.ackDeadlineSeconds,
    ...(deadLetterPolicy === undefined ? {} : { deadLetterPolicy }),
    ...(retryPolicy === undefined
      ? {}
      : {
          retryPolicy: {
            minimumBackoff: `${retryPolicy.minimumBackoff}s`,
            maximumBackoff: `${retryPolicy.maximumBackoff}s`,
          },
        }),
    state: 'ACTIVE',
  };
}
