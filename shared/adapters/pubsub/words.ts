import { type GoogleApi, googleOutageAction } from '../google-failure.ts';

/** How failures of Pub/Sub are told. */
export function pubsubWords(topic: string): GoogleApi {
  return {
    name: 'Pub/Sub',
    unavailable: 'pubsub_unavailable',
    refused: 'pubsub_refused',
    permissionAction: `Give this identity the role Pub/Sub Publisher on ${topic}.`,
    missingAction: `Create the topic ${topic}, or correct its name in the configuration.`,
    outageAction: googleOutageAction,
  };
}
