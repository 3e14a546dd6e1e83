import { Agent } from 'node:https';
import { z } from 'zod';
import { inParallel } from '../../functions/launch/sources/in-parallel.ts';
import type { ClusterConnection } from '../../shared/adapters/kubernetes/connection.ts';
import type { PodManifest } from '../../shared/kubernetes/pod.ts';
import { type BareServer, bareCall } from './bare-calls.ts';

const nodeList = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** A client that knows nothing but to POST Pods over connections that it keeps: as fast as this machine's API server takes them. */
export class BarePosts {
  readonly #server: BareServer;
  readonly #connections: number;

  /** `connections`: so many calls are on their way at a time. */
  constructor(connection: ClusterConnection, connections: number) {
    this.#connections = connections;
    const agent = new Agent({ ...connection.tls, keepAlive: true, maxSockets: connections });
    this.#server = { url: connection.server, agent, headers: connection.headers };
  }

  /** Posts these Pods into a namespace and gives how many a second were taken. */
  async post(namespace: string, manifests: readonly PodManifest[]): Promise<number> {
    const began = performance.now();
    await inParallel(manifests, this.#connections, manifest => this.postOne(namespace, manifest));
    return manifests.length / ((performance.now() - began) / 1_000);
  }

  /** Posts one Pod. */
  async postOne(namespace: string, manifest: PodManifest): Promise<void> {
    const body = JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, namespace } });
    const path = `${podsOf(namespace)}?fieldValidation=Strict`;
    await bareCall(this.#server, { method: 'POST', path, body });
  }

  /** Deletes all Pods of a namespace at once. */
  async deleteAll(namespace: string): Promise<void> {
    await bareCall(this.#server, { method: 'DELETE', path: `${podsOf(namespace)}?gracePeriodSeconds=0` });
  }

  /** Sets labels of the nodes that run no containers; null takes one away. */
  async labelFakeNodes(labels: Record<string, string | null>): Promise<void> {
    const path = '/api/v1/nodes';
    const found = await bareCall(this.#server, { method: 'GET', path: `${path}?labelSelector=type%3Dfake` });
    const contentType = 'application/merge-patch+json';
    const body = JSON.stringify({ metadata: { labels } });
    for (const { metadata } of nodeList.parse(JSON.parse(found)).items)
      await bareCall(this.#server, { method: 'PATCH', path: `${path}/${metadata.name}`, body, contentType });
  }

  close(): void {
    this.#server.agent.destroy();
  }
}

function podsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}
