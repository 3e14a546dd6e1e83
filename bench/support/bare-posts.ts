import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { inParallel } from '../../functions/launch/sources/in-parallel.ts';
import type { ClusterConnection } from '../../shared/adapters/kubernetes/connection.ts';
import type { PodManifest } from '../../shared/kubernetes/pod.ts';

const callMs = 60_000;

/** A client that knows nothing but to POST Pods over connections that it keeps: as fast as this machine's API server takes them. */
export class BarePosts {
  readonly #connection: ClusterConnection;
  readonly #agent: Agent;
  readonly #connections: number;

  /** `connections`: so many calls are on their way at a time. */
  constructor(connection: ClusterConnection, connections: number) {
    this.#connection = connection;
    this.#connections = connections;
    this.#agent = new Agent({ ...connection.tls, keepAlive: true, maxSockets: connections });
  }

  /** Posts these Pods into a namespace and gives how many a second were taken. */
  async post(namespace: string, manifests: readonly PodManifest[]): Promise<number> {
    const bodies = manifests.map(manifest =>
      JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, namespace } }),
    );
    const began = performance.now();
    await inParallel(bodies, this.#connections, body =>
      this.#call('POST', `${podsOf(namespace)}?fieldValidation=Strict`, body),
    );
    return bodies.length / ((performance.now() - began) / 1_000);
  }

  /** Deletes all Pods of a namespace at once. */
  async deleteAll(namespace: string): Promise<void> {
    await this.#call('DELETE', `${podsOf(namespace)}?gracePeriodSeconds=0`);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #call(method: string, path: string, body = ''): Promise<string> {
    const { server, headers } = this.#connection;
    const sent = request(server + path, {
      agent: this.#agent,
      method,
      headers: {
        ...(await headers()),
        'user-agent': 'taskpod-bench',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
      signal: AbortSignal.timeout(callMs),
    });
    const answered = Promise.withResolvers<string>();
    sent.once('error', answered.reject);
    sent.once('response', response => {
      const { statusCode = 0 } = response;
      text(response).then(answer => {
        if (statusCode < 300) answered.resolve(answer);
        else answered.reject(new Error(`${method} ${path} was answered ${statusCode}: ${answer}`));
      }, answered.reject);
    });
    sent.end(body);
    return answered.promise;
  }
}

function podsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}
