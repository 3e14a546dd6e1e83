import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ConfigObject } from '../kubelet/config-sources.ts';
import { wholeSecond } from '../kubelet/whole-second.ts';
import type { Answer, Call } from './call.ts';
import { type Collection, listOrWatch, showOne, typed } from './list-watch.ts';
import { subdomainProblem } from './names.ts';
import { checkPreconditions, readDeleteOptions } from './pod-service.ts';
import { badRequest, conflict, invalid, methodNotAllowed } from './status.ts';

const texts = z.record(z.string(), z.string());
const configSchema = z.looseObject({
  kind: z.string().optional(),
  apiVersion: z.string().optional(),
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().optional(),
    resourceVersion: z.string().optional(),
    labels: texts.optional(),
    annotations: texts.optional(),
  }),
  type: z.string().optional(),
  immutable: z.boolean().optional(),
  data: texts.optional(),
  stringData: texts.optional(),
  binaryData: texts.optional(),
});

/** configRoute answers for Secrets and ConfigMaps: list, watch, get, create, replace, delete. They live in memory. */
export async function configRoute(
  call: Call,
  collection: Collection<ConfigObject>,
  namespace: string,
  name: string | undefined,
  now: number,
): Promise<Answer> {
  const { store, kind } = collection;
  if (name === undefined) {
    if (call.method === 'GET') return listOrWatch(call, collection, namespace);
    if (call.method !== 'POST') throw methodNotAllowed();
    const object = readConfig(kind, namespace, await call.body(), wholeSecond(now));
    return { code: 201, document: typed(kind, store.add(object)) };
  }
  if (call.method === 'GET') return showOne(call, collection, store.get(namespace, name));
  if (call.method === 'PUT') {
    const next = readConfig(kind, namespace, await call.body(), wholeSecond(now));
    const replaced = store.change(namespace, name, current => replace(kind, current, next));
    return { code: 200, document: typed(kind, replaced) };
  }
  if (call.method !== 'DELETE') throw methodNotAllowed();
  const options = readDeleteOptions(await call.body(), call.query);
  checkPreconditions(kind, store.get(namespace, name).metadata, options);
  const { uid } = store.remove(namespace, name).metadata;
  const details = { name, kind: kind === 'Secret' ? 'secrets' : 'configmaps', uid };
  return {
    code: 200,
    document: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
  };
}

function readConfig(kind: string, namespace: string, body: unknown, now: string): ConfigObject {
  const parsed = configSchema.safeParse(body);
  if (!parsed.success) throw badRequest(`${kind}: ${z.prettifyError(parsed.error)}`);
  const { metadata, stringData, data, type, ...rest } = parsed.data;
  const why = metadata.name === '' ? 'Required value' : subdomainProblem(metadata.name);
  if (why !== undefined) {
    throw invalid(kind, metadata.name, [
      { reason: 'FieldValueInvalid', message: why, field: 'metadata.name' },
    ]);
  }
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const encoded = Object.entries(stringData ?? {}).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  const all = { ...data, ...Object.fromEntries(encoded) };
  return {
    ...rest,
    ...(kind === 'Secret' ? { type: type ?? 'Opaque' } : {}),
    metadata: {
      ...metadata,
      namespace,
      uid: randomUUID(),
      resourceVersion: metadata.resourceVersion ?? '',
      creationTimestamp: now,
    },
    ...(Object.keys(all).length === 0 ? {} : { data: all }),
  };
}

function replace(kind: string, current: ConfigObject, next: ConfigObject): ConfigObject {
  const { resourceVersion, name } = next.metadata;
  if (name !== current.metadata.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL`);
  }
  if (resourceVersion !== '' && resourceVersion !== current.metadata.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    throw conflict(kind, name, why);
  }
  const { uid, creationTimestamp } = current.metadata;
  return { ...next, metadata: { ...next.metadata, uid, creationTimestamp } };
}
