import { TaskpodError } from '../shared/errors.ts';

/** The project that everything local is filed under. */
const localProject = 'taskpod-local';

/** The topics of a local stack, by their full names. */
export const localTopics = {
  tasks: `projects/${localProject}/topics/tasks`,
  watch: `projects/${localProject}/topics/watch`,
  events: `projects/${localProject}/topics/events`,
};

/** The subscriptions that push to its functions, by their full names. */
export const localSubscriptions = {
  launch: `projects/${localProject}/subscriptions/launch`,
  watch: `projects/${localProject}/subscriptions/watch`,
};
/** Where messages are that could not be handled, and the subscription that keeps them until somebody deals with them. */
const deadLetterTopic = `projects/${localProject}/topics/dead-letters`;
export const localDeadLetters = `projects/${localProject}/subscriptions/dead-letters`;

/** As long as a push may last in the cloud. */
const ackDeadlineSeconds = 600;
/** With the pauses between them this is about a quarter of a minute: a function that has died is back by then. */
const maxDeliveryAttempts = 8;

/**
 * createTopics makes the topics, the subscriptions that push to the two functions, and the one for dead letters; what exists already
 * stays.
 */
export async function createTopics(
  pubsubUrl: string,
  functions: { launch: string; watch: string },
  signal: AbortSignal,
): Promise<void> {
  for (const topic of [...Object.values(localTopics), deadLetterTopic])
    await put(`${pubsubUrl}/v1/${topic}`, {}, signal);
  await put(
    `${pubsubUrl}/v1/${localDeadLetters}`,
    { topic: deadLetterTopic, ackDeadlineSeconds: 10 },
    signal,
  );
  const deadLetterPolicy = { deadLetterTopic, maxDeliveryAttempts };
  for (const [name, topic, endpoint] of [
    [localSubscriptions.launch, localTopics.tasks, functions.launch],
    [localSubscriptions.watch, localTopics.watch, functions.watch],
  ]) {
    await put(
      `${pubsubUrl}/v1/${name}`,
      { topic, ackDeadlineSeconds, deadLetterPolicy, pushConfig: { pushEndpoint: endpoint } },
      signal,
    );
  }
}

/** createBucket makes a bucket, unless it is there already. */
export async function createBucket(storageUrl: string, name: string, signal: AbortSignal): Promise<void> {
  await send('POST', `${storageUrl}/storage/v1/b?project=${localProject}`, { name }, signal);
}

async function put(url: string, body: object, signal: AbortSignal): Promise<void> {
  await send('PUT', url, body, signal);
}

async function send(method: string, url: string, body: object, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  });
  const text = await response.text();
  // 409: from an earlier run in the same folder.
  if (!response.ok && response.status !== 409) {
    throw new TaskpodError(
      'invalid_configuration',
      `${method} ${url}: ${response.status} ${text.slice(0, 200)}`,
    );
  }
}
