import { readFile, writeFile } from 'node:fs/promises';

/** resetPeak makes the kernel forget how much memory a process has had. https://docs.kernel.org/filesystems/proc.html */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** residentMiB gives the memory that a process has now (`VmRSS`), or at most had since its peak was reset (`VmHWM`). */
export async function residentMiB(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  return statusMiB(await readFile(`/proc/${pid}/status`, 'utf8'), field);
}

/**
 * sharedOutMiB gives the memory that processes have now, together: a page that several of them share counts once. One that
 * ends meanwhile counts nothing.
 */
export async function sharedOutMiB(pids: readonly number[]): Promise<number> {
  const texts = pids.map(pid => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''));
  return (await Promise.all(texts)).reduce(
    (sum, text) => sum + (text === '' ? 0 : statusMiB(text, 'Pss')),
    0,
  );
}

/** childrenOf gives the processes that a process's main thread has started; none when it has ended. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** statusMiB reads one field of a process's status; throws when it is not there. */
export function statusMiB(status: string, field: string): number {
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`there is no ${field} in the process's status`);
  return Number(kibibytes) / 1_024;
}

/** Ticks a second in which Linux counts a process's CPU time, on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** cpuSeconds gives the CPU time that a process has used, all its threads together. */
export async function cpuSeconds(pid: number): Promise<number> {
  return statCpuSeconds(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

/** statCpuSeconds reads it out of a process's stat line, in which the name may hold anything but comes first. */
export function statCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]];
  if (user === undefined || system === undefined) throw new Error('the process has no CPU times');
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** receivedBytes gives how much a process has read so far, from sockets and files alike. */
export async function receivedBytes(pid: number): Promise<number> {
  return ioBytes(await readFile(`/proc/${pid}/io`, 'utf8'), 'rchar');
}

/** ioBytes reads one field of a process's io file; throws when it is not there. */
export function ioBytes(io: string, field: string): number {
  const [, bytes] = new RegExp(`^${field}: (\\d+)$`, 'm').exec(io) ?? [];
  if (bytes === undefined) throw new Error(`there is no ${field} in what the process has read and written`);
  return Number(bytes);
}
