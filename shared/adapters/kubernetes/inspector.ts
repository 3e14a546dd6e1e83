import { z } from 'zod';
import { TaskpodError } from '../../errors.ts';
import type { ClusterInspector } from '../../ports/inspect.ts';
import { apiCallRetry, retry } from '../../retry.ts';
import type { Clock } from '../../time.ts';
import { type ApiRequest, failureError, KubernetesApi } from './api.ts';
import type { ClusterConnection } from './connection.ts';

const versionSchema = z.object({ gitVersion: z.string() });
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });
const selfSchema = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) });

/** What everybody who has logged in belongs to; a role may be given to all of them. */
const groups = ['system:authenticated'];

/** What the inspector needs. */
export interface ClusterInspectorOptions {
  connection: ClusterConnection;
  userAgent: string;
  clock: Clock;
  random: () => number;
}

/** connectClusterInspector looks at a cluster through its API server; `close` ends all connections. */
export function connectClusterInspector(options: ClusterInspectorOptions): ClusterInspector {
  const api = new KubernetesApi(options.connection, options.userAgent, options.clock);
  const { clock, random } = options;

  async function call<S extends z.ZodType>(
    what: string,
    schema: S,
    request: ApiRequest,
  ): Promise<z.output<S>> {
    const once = async () => {
      const answer = await api.call(request);
      if ('failure' in answer) throw failureError(answer.failure, what);
      return answer.json;
    };
    const { signal } = request;
    const parsed = schema.safeParse(await retry(once, apiCallRetry, { clock, random, signal }));
    if (parsed.success) return parsed.data;
    throw new TaskpodError('kubernetes_unavailable', `${what}: this is not an API server's answer`, {
      retryable: true,
    });
  }

  const post = <S extends z.ZodType>(
    [group, kind]: [group: string, kind: string],
    spec: object,
    schema: S,
    signal: AbortSignal,
  ): Promise<z.output<S>> => {
    const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
    const body = { apiVersion: `${group}/v1`, kind, ...spec };
    return call(`a ${kind}`, schema, { method: 'POST', path, body, signal });
  };

  return {
    async version(signal) {
      const request = { method: 'GET', path: '/version', signal } as const;
      return (await call('reading the version', versionSchema, request)).gitVersion;
    },
    async user(signal) {
      const kind: [string, string] = ['authentication.k8s.io', 'SelfSubjectReview'];
      return (await post(kind, {}, selfSchema, signal)).status.userInfo.username;
    },
    async readNamespace(namespace, signal) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
      const request = { method: 'GET', path, signal } as const;
      await call(`reading namespace ${namespace}`, z.object({}), request);
    },
    async may({ verb, group, resource, subresource }, { namespace, user }, signal) {
      const resourceAttributes = { verb, group, resource, subresource, namespace };
      const [kind, who] =
        user === undefined ? ['SelfSubjectAccessReview', {}] : ['SubjectAccessReview', { user, groups }];
      const spec = { spec: { ...who, resourceAttributes } };
      return (await post(['authorization.k8s.io', kind], spec, reviewSchema, signal)).status.allowed;
    },
    close: () => api.close(),
  };
}
