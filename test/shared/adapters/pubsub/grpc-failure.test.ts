import { expect, test } from 'vitest';
import { grpcFailure } from '../../../../shared/adapters/pubsub/grpc-failure.ts';
import { pubsubWords } from '../../../../shared/adapters/pubsub/words.ts';
import { TaskpodError } from '../../../../shared/errors.ts';

const topic = 'projects/p/topics/t';
const grpc = (code: number, name: string) => Object.assign(new Error(`${code} ${name}: told why`), { code });
const role = `Give this identity the role Pub/Sub Publisher on ${topic}.`;
const create = `Create the topic ${topic}, or correct its name in the configuration.`;

test.each([
  [3, 'INVALID_ARGUMENT', undefined],
  [5, 'NOT_FOUND', create],
  [7, 'PERMISSION_DENIED', role],
  [9, 'FAILED_PRECONDITION', undefined],
  [16, 'UNAUTHENTICATED', role],
])('%i %s is a refusal', (code, name, action) => {
  expect(grpcFailure(pubsubWords(topic), `publish to ${topic}`, grpc(code, name))).toMatchObject({
    code: 'pubsub_refused',
    retryable: false,
    message: `Pub/Sub answered ${name} to publish to ${topic}: told why`,
    action,
  });
});

test.each([
  [1, 'CANCELLED'],
  [2, 'UNKNOWN'],
  [4, 'DEADLINE_EXCEEDED'],
  [8, 'RESOURCE_EXHAUSTED'],
  [10, 'ABORTED'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE'],
])('%i %s is an outage', (code, name) => {
  expect(grpcFailure(pubsubWords(topic), `publish to ${topic}`, grpc(code, name))).toMatchObject({
    code: 'pubsub_unavailable',
    retryable: true,
  });
});

test('no credentials are a refusal; what is told already passes', () => {
  expect(
    grpcFailure(
      pubsubWords(topic),
      `publish to ${topic}`,
      new Error('Could not load the default credentials.'),
    ),
  ).toMatchObject({
    code: 'pubsub_refused',
    action: expect.stringContaining('gcloud auth application-default login'),
  });
  const told = new TaskpodError('aborted', 'aborted');
  expect(grpcFailure(pubsubWords(topic), `publish to ${topic}`, told)).toBe(told);
});
