import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What is at a path; devices and sockets count as files. */
export type PathKind = 'dir' | 'file' | 'link' | 'absent';

/** A machine's folders, as far as planning needs them. */
export interface HostTree {
  kind(path: string): PathKind;
  /** Where a link points, as it is written. */
  target(path: string): string;
  /** Names in a folder; empty when it cannot be read. */
  names(path: string): string[];
}

/** The machine's own folders. */
export const hostTree: HostTree = {
  kind(path) {
    try {
      const found = lstatSync(path);
      return found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'dir' : 'file';
    } catch {
      return 'absent';
    }
  },
  target: path => readlinkSync(path),
  names(path) {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
};

/** A mounted file system: where, and the options that a read-only remount must repeat. */
export interface HostMount {
  path: string;
  isReadOnly: boolean;
  flags: string[];
}

/** hostMounts lists what is mounted. */
export function hostMounts(): HostMount[] {
  return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
}

/**
 * parseMountInfo reads /proc/self/mountinfo. The kernel refuses a remount that drops nosuid, nodev or noexec inside a
 * user namespace, so they are kept.
 */
export function parseMountInfo(text: string): HostMount[] {
  const byPath = new Map<string, HostMount>();
  for (const line of text.split('\n')) {
    const [, , , , escaped, options] = line.split(' ');
    if (escaped === undefined || options === undefined) continue;
    const path = escaped.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const all = options.split(',');
    const flags = all.filter(option => ['nosuid', 'nodev', 'noexec'].includes(option));
    byPath.set(path, { path, isReadOnly: all.includes('ro'), flags });
  }
  return [...byPath.values()];
}

/** flagsAt gives the flags of the mount that a path lies on. */
export function flagsAt(mounts: readonly HostMount[], path: string): string[] {
  let best: HostMount | undefined;
  for (const mount of mounts) {
    if (isWithin(path, mount.path) && (best === undefined || mount.path.length > best.path.length))
      best = mount;
  }
  return best?.flags ?? [];
}

/** isWithin tells whether a plain absolute path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
