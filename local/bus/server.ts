import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Clock, systemClock } from '../../shared/time.ts';
import { ApiFailure, readBody, sendJson, startLoopbackServer } from '../loopback-server.ts';
import { parseRequest } from '../request-json.ts';
import { Bus } from './bus.ts';
import { checkMessages, messageJson, publishRequest } from './message.ts';
import { PullSubscription } from './pull-subscription.ts';
import { createPushSender } from './push-request.ts';
import { subscriptionRequest, subscriptionResource } from './subscription-config.ts';

/** How the bus is started. */
export interface BusOptions {
  /** 0: any free port. */
  port: number;
  clock?: Clock;
}

/** A running bus. */
export interface BusServer {
  /** `127.0.0.1:port`: the value for PUBSUB_EMULATOR_HOST. */
  host: string;
  /** Gives up all deliveries; what was not acknowledged is lost. */
  close(): Promise<void>;
}

/** 10 MB of data in base64, and the JSON around it. */
const maxRequestBytes = 15_000_000;
/** How long a pull waits for a message. */
const pullWaitMs = 10_000;

const pullRequest = z.object({
  maxMessages: z.number().int().min(1).default(1),
  returnImmediately: z.boolean().default(false),
});
const acknowledgeRequest = z.object({ ackIds: z.array(z.string()) });
const deadlineRequest = acknowledgeRequest.extend({
  // Google's client leaves out a zero.
  ackDeadlineSeconds: z.number().int().min(0).max(600).default(0),
});

/**
 * startBus serves the part of Pub/Sub's REST API that the adapters and the set-up of `taskpod local` use: topics,
 * publish, push and pull subscriptions with back-off and dead letters. To this machine only, in memory.
 */
export async function startBus(options: BusOptions): Promise<BusServer> {
  const sender = createPushSender();
  const bus = new Bus({ clock: options.clock ?? systemClock, send: sender.send });
  const server = await startLoopbackServer(options.port, (request, response) =>
    serve(bus, request, response),
  );
  return {
    host: server.host,
    close: async () => {
      bus.close();
      await sender.close();
      await server.close();
    },
  };
}

const routePattern = /^\/v1\/(projects\/[^/]+\/(topics|subscriptions)\/[^/:]+)(?::([a-zA-Z]+))?$/;

async function serve(bus: Bus, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const [, name = '', kind = '', verb] = routePattern.exec(decode(path)) ?? [];
  const call = `${request.method} ${kind}${verb === undefined ? '' : `:${verb}`}`;
  const body = (await readBody(request, maxRequestBytes)).toString('utf8') || '{}';
  const answer = await dispatch({ bus, call, name, body, response });
  if (!response.destroyed) sendJson(response, 200, answer);
}

interface Call {
  bus: Bus;
  /** As in `PUT topics` or `POST topics:publish`. */
  call: string;
  /** `projects/P/topics/T` or `projects/P/subscriptions/S`. */
  name: string;
  body: string;
  response: ServerResponse;
}

async function dispatch({ bus, call, name, body, response }: Call): Promise<object> {
  switch (call) {
    case 'PUT topics':
      bus.createTopic(name);
      return { name };
    case 'GET topics':
      if (!bus.hasTopic(name)) throw new ApiFailure(404, 'NOT_FOUND', `Topic not found: ${name}`);
      return { name };
    case 'POST topics:publish':
      return { messageIds: bus.publish(name, checkMessages(parseRequest(publishRequest, body))) };
    case 'PUT subscriptions':
      bus.createSubscription(name, parseRequest(subscriptionRequest, body));
      return subscriptionResource(name, bus.subscription(name).config);
    case 'GET subscriptions':
      return subscriptionResource(name, bus.subscription(name).config);
    case 'DELETE subscriptions':
      bus.deleteSubscription(name);
      return {};
    case 'POST subscriptions:pull':
      return pull(bus, name, body, response);
    case 'POST subscriptions:acknowledge':
      pullable(bus, name).acknowledge(parseRequest(acknowledgeRequest, body).ackIds);
      return {};
    case 'POST subscriptions:modifyAckDeadline': {
      const { ackIds, ackDeadlineSeconds } = parseRequest(deadlineRequest, body);
      pullable(bus, name).modifyDeadline(ackIds, ackDeadlineSeconds);
      return {};
    }
    default:
      throw new ApiFailure(404, 'NOT_FOUND', 'there is no such method here');
  }
}

async function pull(bus: Bus, name: string, body: string, response: ServerResponse): Promise<object> {
  const { maxMessages, returnImmediately } = parseRequest(pullRequest, body);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const waitMs = returnImmediately ? 0 : pullWaitMs;
  const pulled = await pullable(bus, name).pull(maxMessages, waitMs, gone.signal);
  if (pulled.length === 0) return {};
  const { deadLetterPolicy } = bus.subscription(name).config;
  return {
    receivedMessages: pulled.map(({ ackId, message, attempt }) => ({
      ackId,
      message: messageJson(message),
      ...(deadLetterPolicy === undefined ? {} : { deliveryAttempt: attempt }),
    })),
  };
}

function pullable(bus: Bus, name: string): PullSubscription {
  const { delivery } = bus.subscription(name);
  if (delivery instanceof PullSubscription) return delivery;
  throw new ApiFailure(400, 'FAILED_PRECONDITION', `${name} is a push subscription`);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ApiFailure(400, 'INVALID_ARGUMENT', 'the path is not percent-encoded UTF-8');
  }
}
