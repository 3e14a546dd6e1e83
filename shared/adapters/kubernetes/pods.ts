import { z } from 'zod';
import { TaskpodError } from '../../errors.ts';
import { type Pod, podSchema } from '../../kubernetes/pod.ts';
import { podEventSchema, podHeardOfSchema } from '../../kubernetes/pod-event.ts';
import type { CreateResult, LogRequest, PodChange, Pods } from '../../ports/pods.ts';
import { apiCallRetry, retry } from '../../retry.ts';
import type { Clock } from '../../time.ts';
import { inTurn } from '../in-turn.ts';
import { type ApiFailure, type ApiRequest, failureError, KubernetesApi, readFailure } from './api.ts';
import type { ClusterConnection } from './connection.ts';
import { ForbiddenCalls } from './forbidden-calls.ts';
import { mappedStream, withStallCheck } from './streams.ts';
import { readChanges } from './watch-stream.ts';

/** The server ends a watch after this; each end is followed by the next watch from the last resourceVersion. */
const watchSeconds = 300;
/** Bookmarks come about once a minute; a watch that is silent for longer is dead. */
const watchStallMs = 90_000;
const listPage = 500;
/** Lists of events under way at a time: each makes the API server read all events of its namespace. */
const eventListsAtOnce = 4;
/** An API server takes only so many writes at a time, and answers 429 to the others. */
const removalsAtOnce = 32;

const podList = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(podSchema),
});

const eventList = z.object({ items: z.array(podEventSchema) });
const podsHeardOf = z.object({ items: z.array(podHeardOfSchema) });

/** What connecting to a cluster's Pods needs. */
export interface PodsOptions {
  connection: ClusterConnection;
  /** As the audit log shows it, for example `taskpod-launch`. */
  userAgent: string;
  clock: Clock;
  random: () => number;
}

/** connectPods gives the Pods of one cluster over one shared HTTP/2 connection pool; `close` ends all connections. */
export function connectPods(options: PodsOptions): Pods & { close(): Promise<void> } {
  const api = new KubernetesApi(options.connection, options.userAgent, options.clock);

  const forbidden = new ForbiddenCalls(options.clock);
  const eventsInTurn = inTurn(eventListsAtOnce);
  const removalsInTurn = inTurn(removalsAtOnce);

  const callWithRetry = (request: ApiRequest, kind: string, what: string) =>
    retry(
      async () => {
        const answer = await api.call(request);
        if ('failure' in answer && answer.failure.status !== 404 && answer.failure.status !== 409) {
          throw forbidden.errorOf(kind, answer.failure, what);
        }
        forbidden.allowed(kind);
        return answer;
      },
      apiCallRetry,
      { clock: options.clock, random: options.random, signal: request.signal },
    );

  async function readPod(namespace: string, name: string, signal: AbortSignal): Promise<unknown> {
    const what = `reading Pod ${namespace}/${name}`;
    const request = { method: 'GET', path: podPath(namespace, name), signal } as const;
    const answer = await callWithRetry(request, `get in ${namespace}`, what);
    if ('json' in answer) return answer.json;
    if (answer.failure.status === 404) return undefined;
    throw failureError(answer.failure, what);
  }

  async function selectEvents(
    namespace: string,
    fieldSelector: string,
    signal: AbortSignal,
  ): Promise<unknown> {
    const what = `listing the events of a Pod in ${namespace}`;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
    const query = { fieldSelector, limit: String(listPage) };
    const request = { method: 'GET', path, query, signal } as const;
    const call = () => callWithRetry(request, `list events in ${namespace}`, what);
    const answer = await eventsInTurn(call, signal);
    if ('json' in answer) return answer.json;
    throw failureError(answer.failure, what);
  }

  return {
    async create(namespace, manifest, signal) {
      const path = podsPath(namespace);
      const answer = await api.call({
        method: 'POST',
        path,
        query: { fieldValidation: 'Strict' },
        body: manifest,
        signal,
      });
      return 'json' in answer
        ? { kind: 'created', pod: podSchema.parse(answer.json) }
        : createFailure(answer.failure);
    },

    async read(namespace, name, signal) {
      const json = await readPod(namespace, name, signal);
      return json === undefined ? undefined : podSchema.parse(json);
    },

    readWhole: readPod,

    async listEvents(namespace, uid, signal) {
      const json = await selectEvents(namespace, `involvedObject.uid=${uid}`, signal);
      const { items } = eventList.parse(json);
      return items.toSorted((a, b) => Date.parse(a.first_at ?? '') - Date.parse(b.first_at ?? ''));
    },

    async heardOf(namespace, name, signal) {
      const selector = `involvedObject.kind=Pod,involvedObject.name=${name}`;
      const { items } = podsHeardOf.parse(await selectEvents(namespace, selector, signal));
      return items.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1);
    },

    async list(namespace, labelSelector, signal) {
      const what = `listing Pods in ${namespace}`;
      const pods: Pod[] = [];
      let next: string | undefined;
      for (;;) {
        const query = { labelSelector, limit: String(listPage), continue: next };
        const request = { method: 'GET', path: podsPath(namespace), query, signal } as const;
        const answer = await callWithRetry(request, `list in ${namespace}`, what);
        if (!('json' in answer)) throw failureError(answer.failure, what);
        const { items, metadata } = podList.parse(answer.json);
        pods.push(...items);
        next = metadata.continue || undefined;
        if (next === undefined) return { pods, resourceVersion: metadata.resourceVersion };
      }
    },

    watch: (namespace, labelSelector, resourceVersion, signal) =>
      watchPods({ api, forbidden }, { namespace, labelSelector, resourceVersion, signal }),

    async remove(namespace, name, { uid, gracePeriodSeconds, signal }) {
      const what = `deleting Pod ${namespace}/${name}`;
      const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, ...grace };
      const request = { method: 'DELETE', path: podPath(namespace, name), body, signal } as const;
      const call = () => callWithRetry(request, `delete in ${namespace}`, what);
      const answer = await removalsInTurn(call, signal);
      // 409 here means that the uid differs: another Pod has taken the name, ours is gone.
      return 'json' in answer ? 'deleted' : 'absent';
    },

    openLog: (request, signal) => openLog({ api, forbidden }, request, signal),

    close: () => api.close(),
  };
}

function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

function podPath(namespace: string, name: string): string {
  return `${podsPath(namespace)}/${encodeURIComponent(name)}`;
}

function createFailure(failure: ApiFailure): CreateResult {
  if (failure.status === 409 && failure.reason === 'AlreadyExists') return { kind: 'exists' };
  const error = failureError(failure, 'creating the Pod');
  if (error.retryable) throw error;
  const { status, reason, message, causes } = failure;
  return { kind: 'refused', status, reason, message, causes };
}

/** What every call goes through. */
interface Calls {
  api: KubernetesApi;
  forbidden: ForbiddenCalls;
}

async function* watchPods(
  { api, forbidden }: Calls,
  at: { namespace: string; labelSelector: string; resourceVersion: string; signal: AbortSignal },
): AsyncGenerator<PodChange> {
  const kind = `watch in ${at.namespace}`;
  const stop = new AbortController();
  const signal = AbortSignal.any([at.signal, stop.signal]);
  const response = await api.open({
    method: 'GET',
    path: podsPath(at.namespace),
    query: {
      watch: 'true',
      labelSelector: at.labelSelector,
      resourceVersion: at.resourceVersion,
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(watchSeconds),
    },
    signal,
  });
  try {
    if (response.statusCode === 410) {
      throw new TaskpodError('watch_expired', 'the watch expired: list again', { status: 410 });
    }
    if (response.statusCode !== 200) {
      const failure = readFailure(response, await response.body.text());
      throw forbidden.errorOf(kind, failure, `watching Pods in ${at.namespace}`);
    }
    forbidden.allowed(kind);
    const bytes = mappedStream(response.body, signal);
    yield* readChanges(withStallCheck(bytes, watchStallMs, reason => stop.abort(reason)));
  } finally {
    stop.abort();
  }
}

async function openLog(
  { api, forbidden }: Calls,
  request: LogRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await api.open({
    method: 'GET',
    path: `${podPath(request.namespace, request.pod)}/log`,
    query: {
      container: request.container,
      timestamps: 'true',
      follow: request.follow ? 'true' : undefined,
      sinceTime: request.sinceTime,
    },
    signal,
  });
  const kind = `read logs in ${request.namespace}`;
  if (response.statusCode !== 403) forbidden.allowed(kind);
  if (response.statusCode === 200) return mappedStream(response.body, signal);
  const failure = readFailure(response, await response.body.text());
  // 204: the Pod has no node yet, so there is nobody to ask.
  if (failure.status === 204) {
    const text = `Pod ${request.namespace}/${request.pod} has not been scheduled`;
    throw new TaskpodError('log_not_ready', text, { status: 204, retryable: true });
  }
  const what = `reading the log of ${request.container} in Pod ${request.namespace}/${request.pod}`;
  if (failure.status === 404)
    throw new TaskpodError('not_found', `${what}: ${failure.message}`, { status: 404 });
  if (failure.status === 400 && /waiting to start|is not available|not valid for pod/.test(failure.message)) {
    throw new TaskpodError('log_not_ready', `${what}: ${failure.message}`, { status: 400, retryable: true });
  }
  throw forbidden.errorOf(kind, failure, what);
}
