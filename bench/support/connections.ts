import { readdir, readFile, readlink } from 'node:fs/promises';

/** The state of an open connection in the kernel's table. https://docs.kernel.org/networking/proc_net_tcp.html */
const established = '01';

/** countConnections counts the open connections to a port in the kernel's table that belong to these sockets. */
export function countConnections(table: string, sockets: ReadonlySet<string>, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(([, , remote = '', state]) => remote.endsWith(suffix) && state === established)
    .filter(fields => sockets.has(fields[9] ?? '')).length;
}

/** connectionsTo counts the connections that a process has open to a port of another one, over IPv4 and IPv6. */
export async function connectionsTo(pid: number, port: number): Promise<number> {
  const files = await readdir(`/proc/${pid}/fd`);
  // A file may be closed by the time it is looked at.
  const links = await Promise.all(files.map(file => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  const sockets = new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = ['tcp', 'tcp6'].map(name => readFile(`/proc/${pid}/net/${name}`, 'utf8'));
  return (await Promise.all(tables)).reduce((sum, table) => sum + countConnections(table, sockets, port), 0);
}
