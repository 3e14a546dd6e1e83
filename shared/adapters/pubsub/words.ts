import { type GoogleApi, googleOutageAction } from '../google-failure.ts';

/** How failures of publishing are told. */
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

/** How failures of pulling are told. */
export function subscriptionWords(subscription: string): GoogleApi {
  return {
    ...pubsubWords(''),
    permissionAction: `Give this identity the roles Pub/Sub Subscriber and Pub/Sub Viewer on ${subscription}.`,
    missingAction: `Create the subscription ${subscription}, or correct its name in the configuration.`,
  };
}
