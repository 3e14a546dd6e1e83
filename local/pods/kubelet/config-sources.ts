import { isAbort } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/time.ts';
import type { ResourceStore, StoredObject } from '../api/resource-store.ts';

/** A Secret or ConfigMap as it is stored: `data` of a Secret and `binaryData` are base64. */
export interface ConfigObject extends StoredObject {
  type?: string | undefined;
  immutable?: boolean | undefined;
  data?: Record<string, string> | undefined;
  binaryData?: Record<string, string> | undefined;
}

/** Which of the two a Pod refers to. */
export type ConfigKind = 'secret' | 'configmap';

/** A source of configuration that is missing; the Pod waits until it appears. The message is the kubelet's. */
export class MissingConfig extends Error {
  override readonly name = 'MissingConfig';
}

/** Gives Pods the content of Secrets and ConfigMaps. */
export class ConfigSources {
  readonly #stores: Record<ConfigKind, ResourceStore<ConfigObject>>;

  constructor(secrets: ResourceStore<ConfigObject>, configMaps: ResourceStore<ConfigObject>) {
    this.#stores = { secret: secrets, configmap: configMaps };
  }

  /** All keys with their content. Throws {@link MissingConfig}; undefined when it is missing and optional. */
  all(kind: ConfigKind, namespace: string, name: string, optional = false): Map<string, Buffer> | undefined {
    const object = this.#stores[kind].find(namespace, name);
    if (object === undefined) {
      if (optional) return undefined;
      throw new MissingConfig(`${kind} ${JSON.stringify(name)} not found`);
    }
    const dataEncoding = kind === 'secret' ? 'base64' : 'utf8';
    const content = new Map<string, Buffer>();
    for (const [key, text] of Object.entries(object.data ?? {})) {
      content.set(key, Buffer.from(text, dataEncoding));
    }
    for (const [key, text] of Object.entries(object.binaryData ?? {})) {
      content.set(key, Buffer.from(text, 'base64'));
    }
    return content;
  }

  /** One key's content. Throws {@link MissingConfig}; undefined when it is missing and optional. */
  one(
    kind: ConfigKind,
    namespace: string,
    ref: { name: string; key: string; optional?: boolean | undefined },
  ): Buffer | undefined {
    const content = this.all(kind, namespace, ref.name, ref.optional);
    const value = content?.get(ref.key);
    if (value !== undefined || ref.optional) return value;
    const title = kind === 'secret' ? 'Secret' : 'ConfigMap';
    throw new MissingConfig(`couldn't find key ${ref.key} in ${title} ${namespace}/${ref.name}`);
  }

  /** Resolves at the next change of any Secret or ConfigMap, after `within` milliseconds, or when the signal fires. */
  async changed(wait: { within: number; clock: Clock; signal: AbortSignal }): Promise<void> {
    const done = new AbortController();
    const stops = Object.values(this.#stores).map(store => store.subscribe(() => done.abort()));
    try {
      await wait.clock.sleep(wait.within, AbortSignal.any([done.signal, wait.signal]));
    } catch (error) {
      if (!isAbort(error)) throw error;
    } finally {
      for (const stop of stops) stop();
    }
  }
}
