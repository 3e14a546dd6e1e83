import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loopbackAddress } from './loopback-address.ts';

/**
 * A registry that answers every pull as the repository's name says: `HOST/answers-429/x:1` with 429, and
 * `HOST/answers-503-for-8s/busybox:1.35` with 503 for 8 s from the first request on, and then with the lab's own image.
 */
export interface FaultyRegistry {
  /** The host part of an image's name. */
  readonly host: string;
  /** From now on nothing listens there. */
  stop(): Promise<void>;
  /** Stops it, and forgets its name. */
  cleanUp(): Promise<void>;
}

/** The lab's; undefined elsewhere. */
const ownPort = process.env.LAB_REGISTRY_PORT;
const ownRegistry = `http://127.0.0.1:${ownPort}`;

/** Whether a registry can come back: that of the lab can. */
export const registryComesBack = ownPort !== undefined;

/**
 * startFaultyRegistry starts a registry on this machine and tells the lab's container runtime of it; without the lab its
 * host name has no address, so that it is unreachable in any cluster.
 */
export async function startFaultyRegistry(): Promise<FaultyRegistry> {
  const host = `registry-${randomBytes(4).toString('hex')}.test`;
  const firstAt = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const [, name = '', seconds = ''] = /^\/v2\/(answers-\d{3}-for-(\d+)s)\//.exec(url) ?? [];
    const since = firstAt.get(name) ?? performance.now();
    firstAt.set(name, since);
    const isBack = name !== '' && performance.now() - since >= Number(seconds) * 1_000;
    if (isBack)
      response.writeHead(307, { location: url.replace(`/v2/${name}/`, `${ownRegistry}/v2/library/`) }).end();
    else answer(url, address, response);
  });
  const address = await loopbackAddress(server);
  const registries = join(process.env.LAB_DIR ?? join(homedir(), '.cache/taskpod-lab'), 'registries');
  const folder = join(registries, host);
  if (existsSync(registries)) {
    await mkdir(folder, { recursive: true });
    const text = `server = "${address}"\n[host."${address}"]\n  capabilities = ["pull", "resolve"]\n`;
    await writeFile(join(folder, 'hosts.toml'), text);
  }
  const stop = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    host,
    stop,
    cleanUp: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answer(url: string, address: string, response: ServerResponse): void {
  const [, name, status] = /^\/v2\/(answers|token)-(\d{3})(?:-for-\d+s)?\//.exec(url) ?? [];
  if (url.startsWith('/token-')) response.writeHead(Number(url.slice(7, 10))).end('{}');
  else if (name === 'token') {
    const challenge = `Bearer realm="${address}/token-${status}",service="registry"`;
    response.writeHead(401, { 'WWW-Authenticate': challenge }).end('{}');
  } else response.writeHead(Number(status ?? 404)).end('{}');
}
