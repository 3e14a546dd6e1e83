import { z } from 'zod';
import type { PubsubInspector } from '../../ports/inspect.ts';
import type { Clock } from '../../time.ts';
import { keepAliveAgents } from '../google-client.ts';
import { type GoogleApi, googleOutageAction, parseAnswer } from '../google-failure.ts';
import { callRest, type RestCall } from '../google-rest.ts';
import { googleLogin, type TokenSource } from '../google-token.ts';
import { grantedSchema, policySchema } from '../iam-policy.ts';

/** How to reach Pub/Sub. */
export interface PubsubInspectorOptions {
  retryDeps: { clock: Clock; random: () => number };
  /** `host:port` of another server than Google's, without credentials. Default: PUBSUB_EMULATOR_HOST. */
  emulatorHost?: string | undefined;
  /** Default: the application default credentials. Not asked when there is an emulator. */
  token?: TokenSource;
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions */
const subscriptionResource = z.object({
  name: z.string(),
  topic: z.string(),
  // an emulator tells none
  state: z.string().default('ACTIVE'),
  pushConfig: z
    .object({
      pushEndpoint: z.string().default(''),
      oidcToken: z.object({ serviceAccountEmail: z.string().default('') }).optional(),
    })
    .default({ pushEndpoint: '' }),
  ackDeadlineSeconds: z.number().default(10),
  deadLetterPolicy: z.object({ deadLetterTopic: z.string().default('') }).optional(),
  retryPolicy: z.looseObject({}).optional(),
  expirationPolicy: z.object({ ttl: z.string().default('') }).optional(),
});
const subscriptionPage = z.object({
  subscriptions: z.array(z.string()).default([]),
  nextPageToken: z.string().default(''),
});

/** connectPubsubInspector looks at topics and subscriptions by Pub/Sub's REST API. Nothing is sent before the first call. */
export function connectPubsubInspector(options: PubsubInspectorOptions): PubsubInspector {
  const { emulatorHost = process.env.PUBSUB_EMULATOR_HOST, token = googleLogin().token } = options;
  const server = emulatorHost
    ? emulatorHost.replace(/^(?!https?:\/\/)/, 'http://')
    : 'https://pubsub.googleapis.com';
  const deps = {
    agent: keepAliveAgents(),
    token: emulatorHost ? undefined : token,
    timeoutMs: 10_000,
    ...options.retryDeps,
  };
  const call = <S extends z.ZodType>(
    request: Pick<RestCall, 'what' | 'method' | 'body' | 'signal'> & { path: string },
    schema: S,
  ): Promise<z.output<S>> => {
    const url = `${server}/v1/${request.path}`;
    return callRest({ ...request, api: words, url }, deps, text => parseAnswer(words, schema, text));
  };
  return {
    async readTopic(topic, signal) {
      await call({ what: `read ${topic}`, method: 'GET', path: topic, signal }, z.object({}));
    },
    async listSubscriptions(topic, signal) {
      const names: string[] = [];
      let next = '';
      do {
        const path = `${topic}/subscriptions?pageSize=1000&pageToken=${encodeURIComponent(next)}`;
        const request = { what: `list the subscriptions to ${topic}`, method: 'GET', path, signal } as const;
        const page = await call(request, subscriptionPage);
        names.push(...page.subscriptions);
        next = page.nextPageToken;
      } while (next !== '');
      return names;
    },
    async readSubscription(subscription, signal) {
      const request = { what: `read ${subscription}`, method: 'GET', path: subscription, signal } as const;
      const found = await call(request, subscriptionResource);
      return {
        name: found.name,
        topic: found.topic,
        state: found.state,
        pushEndpoint: found.pushConfig.pushEndpoint,
        pushAccount: found.pushConfig.oidcToken?.serviceAccountEmail ?? '',
        ackDeadlineSeconds: found.ackDeadlineSeconds,
        deadLetterTopic: found.deadLetterPolicy?.deadLetterTopic ?? '',
        hasRetryPolicy: found.retryPolicy !== undefined,
        expiresAfter: found.expirationPolicy?.ttl,
      };
    },
    async granted(resource, permissions, signal) {
      const path = `${resource}:testIamPermissions`;
      const body = JSON.stringify({ permissions });
      const what = `test permissions on ${resource}`;
      return (await call({ what, method: 'POST', path, body, signal }, grantedSchema)).permissions;
    },
    async bindings(resource, signal) {
      const what = `read the permissions of ${resource}`;
      const path = `${resource}:getIamPolicy`;
      return (await call({ what, method: 'GET', path, signal }, policySchema)).bindings;
    },
  };
}

/** What to do about a refusal depends on what was looked at, and on why. */
const words: GoogleApi = {
  name: 'Pub/Sub',
  unavailable: 'pubsub_unavailable',
  refused: 'pubsub_refused',
  permissionAction: 'Give this identity the role Pub/Sub Viewer.',
  missingAction: 'Create it, or correct its name.',
  outageAction: googleOutageAction,
};
