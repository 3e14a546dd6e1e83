import { readdir, readFile, readlink } from 'node:fs/promises';
import { cpuSeconds } from './process-usage.ts';

/** The state of a listening socket in the kernel's table. https://docs.kernel.org/networking/proc_net_tcp.html */
const listening = '0A';

/** The servers whose CPU time is told, by what they are. */
export type Servers = Readonly<Record<'api' | 'storage' | 'pubsub', string>>;

/** CPU seconds of each server; one that runs elsewhere, or belongs to somebody else, is absent. */
export type ServerCpu = Partial<Record<keyof Servers, number>>;

/** serverCpu tells how much CPU time the processes that listen at these URLs of this machine have used so far. */
export async function serverCpu(servers: Servers): Promise<ServerCpu> {
  const tables = ['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8').catch(() => ''));
  const table = (await Promise.all(tables)).join('\n');
  const used: ServerCpu = {};
  for (const [name, url] of [
    ['api', servers.api],
    ['storage', servers.storage],
    ['pubsub', servers.pubsub],
  ] as const) {
    const { port, protocol } = new URL(url);
    const sockets = listeningSockets(table, Number(port || (protocol === 'https:' ? 443 : 80)));
    const pid = await ownerOf(sockets);
    if (pid !== undefined) used[name] = await cpuSeconds(pid);
  }
  return used;
}

/** listeningSockets gives the numbers of the sockets that listen at a port, out of the kernel's table. */
export function listeningSockets(table: string, port: number): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = table.split('\n').map(line => line.trim().split(/\s+/));
  const found = rows.filter(([, local = '', , state]) => local.endsWith(suffix) && state === listening);
  return new Set(found.flatMap(fields => fields[9] ?? []));
}

async function ownerOf(sockets: ReadonlySet<string>): Promise<number | undefined> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  for (const pid of pids) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const link = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      if (sockets.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '')) return Number(pid);
    }
  }
  return undefined;
}
