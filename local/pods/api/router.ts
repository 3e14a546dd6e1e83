import type { ConfigObject } from '../kubelet/config-sources.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { EventObject } from '../kubelet/pod-events.ts';
import type { EmulatedPod } from '../pod.ts';
import type { Answer, Call } from './call.ts';
import { namespaceColumns } from './columns.ts';
import { configRoute } from './config-routes.ts';
import { discovery } from './discovery.ts';
import { type Collection, listOrWatch, showOne, typed } from './list-watch.ts';
import { sendLog } from './log-route.ts';
import { type PodService, readDeleteOptions } from './pod-service.ts';
import type { StoredObject } from './resource-store.ts';
import { methodNotAllowed, unknownPath } from './status.ts';
import { asTable, wantsTable } from './table.ts';

/** What the API serves. */
export interface Api {
  pods: Collection<EmulatedPod>;
  secrets: Collection<ConfigObject>;
  configMaps: Collection<ConfigObject>;
  events: Collection<EventObject>;
  service: PodService;
  kubelet: Kubelet;
  now: () => number;
}

/** route answers one call. Throws an {@link ApiRefusal}. */
export async function route(api: Api, call: Call): Promise<Answer> {
  const [root, version, ...rest] = call.path;
  if (root !== 'api' || version !== 'v1' || rest.length === 0) return discovery(call.method, call.path);
  if (rest[0] !== 'namespaces') {
    if (rest.length > 1) throw unknownPath();
    if (call.method !== 'GET') throw methodNotAllowed();
    return listOf(api, call, rest[0] ?? '', undefined);
  }
  const [, namespace, resource, name, part, ...more] = rest;
  if (more.length > 0) throw unknownPath();
  if (resource === undefined) return namespaceRoute(api, call, namespace);
  if (resource === 'pods') return podRoute(api, call, namespace ?? '', name, part);
  if (part !== undefined) throw unknownPath();
  if (resource === 'secrets') return configRoute(call, api.secrets, namespace ?? '', name, api.now());
  if (resource === 'configmaps') return configRoute(call, api.configMaps, namespace ?? '', name, api.now());
  if (call.method !== 'GET') throw methodNotAllowed();
  if (name === undefined) return listOf(api, call, resource, namespace);
  if (resource !== 'events') throw unknownPath();
  return showOne(call, api.events, api.events.store.get(namespace ?? '', name));
}

function listOf(api: Api, call: Call, resource: string, namespace: string | undefined): Answer {
  switch (resource) {
    case 'pods':
      return listOrWatch(call, api.pods, namespace);
    case 'secrets':
      return listOrWatch(call, api.secrets, namespace);
    case 'configmaps':
      return listOrWatch(call, api.configMaps, namespace);
    case 'events':
      return listOrWatch(call, api.events, namespace);
    default:
      throw unknownPath();
  }
}

async function podRoute(
  api: Api,
  call: Call,
  namespace: string,
  name: string | undefined,
  part: string | undefined,
): Promise<Answer> {
  const { pods, service, kubelet } = api;
  if (name === undefined) {
    if (call.method === 'GET') return listOrWatch(call, pods, namespace);
    if (call.method !== 'POST') throw methodNotAllowed();
    const pod = service.create(namespace, await call.body(), {
      dryRun: call.query.get('dryRun') === 'All',
      strict: call.query.get('fieldValidation') === 'Strict',
    });
    return { code: 201, document: typed('Pod', pod) };
  }
  if (part === 'log' && call.method === 'GET') {
    return sendLog(call, pods.store.get(namespace, name), kubelet, api.now());
  }
  if (part !== undefined && part !== 'status') throw methodNotAllowed();
  if (call.method === 'GET') return showOne(call, pods, pods.store.get(namespace, name));
  if (call.method !== 'DELETE' || part !== undefined) throw methodNotAllowed();
  const options = readDeleteOptions(await call.body(), call.query);
  return { code: 200, document: typed('Pod', service.delete(namespace, name, options)) };
}

/** Every namespace exists; deleting one deletes what is in it. */
async function namespaceRoute(api: Api, call: Call, name: string | undefined): Promise<Answer> {
  if (name === undefined && call.method === 'GET') {
    const stores = [api.pods.store, api.secrets.store, api.configMaps.store];
    const used = stores.flatMap(store => store.list().map(object => object.metadata.namespace));
    const items = [...new Set(['default', ...used])].sort().map(namespaceObject);
    const metadata = { resourceVersion: String(api.pods.store.version) };
    return wantsTable(call)
      ? { code: 200, document: asTable(namespaceColumns(), items, metadata) }
      : { code: 200, document: { kind: 'NamespaceList', apiVersion: 'v1', metadata, items } };
  }
  if (name === undefined) {
    if (call.method !== 'POST') throw methodNotAllowed();
    const body = await call.body();
    return { code: 201, document: body ?? {} };
  }
  if (call.method === 'DELETE') {
    const options = readDeleteOptions(await call.body(), call.query);
    for (const pod of api.pods.store.list(name)) {
      api.service.delete(name, pod.metadata.name, { gracePeriodSeconds: options.gracePeriodSeconds });
    }
    for (const store of [api.secrets.store, api.configMaps.store]) {
      for (const object of store.list(name)) store.remove(name, object.metadata.name);
    }
  } else if (call.method !== 'GET') {
    throw methodNotAllowed();
  }
  const object = namespaceObject(name);
  return wantsTable(call)
    ? { code: 200, document: asTable(namespaceColumns(), [object], {}) }
    : { code: 200, document: typed('Namespace', object) };
}

function namespaceObject(name: string): StoredObject & { status: { phase: string } } {
  return {
    metadata: {
      name,
      namespace: '',
      uid: `namespace-${name}`,
      resourceVersion: '1',
      creationTimestamp: '1970-01-01T00:00:00Z',
    },
    status: { phase: 'Active' },
  };
}
