import type { Mount } from '../kubelet/mounts.ts';
import { type HostTree, isWithin } from './host-tree.ts';

/** A folder, an empty file or a link in the root. */
export type SkeletonEntry =
  | { path: string; kind: 'dir' }
  | { path: string; kind: 'file' }
  | { path: string; kind: 'link'; to: string };

/** How the root folder of a container is put together. */
export interface RootPlan {
  /** What the empty root needs before anything is bound into it; parents come first. */
  skeleton: SkeletonEntry[];
  /** Host paths that are seen, read-only, at the same path. */
  hostBinds: { path: string; kind: 'dir' | 'file' }[];
  /** The mounts with their targets free of links, parents first. */
  mounts: Mount[];
  /** Mount points to be made inside the sources of other mounts. */
  pointsInSources: { source: string; kind: 'dir' | 'file' }[];
}

/** A mount that cannot be had. */
export class RootPlanProblem extends Error {
  override readonly name = 'RootPlanProblem';
}

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'fd', 'stdin', 'stdout', 'stderr'];
/** Folders that no host folder may show through: they are made anew for each container. */
const ownFolders = ['/proc', '/dev'];

/**
 * planRoot decides how a container's root is built from the host's folders and its mounts. A host folder is bound as it
 * is, until a mount path lies below it that the host does not have: then this folder is built anew and its children are
 * bound one by one, so that nothing is ever created on the host. Throws {@link RootPlanProblem}.
 */
export function planRoot(host: HostTree, requested: readonly Mount[]): RootPlan {
  const view = containerView(host);
  const mounts: Mount[] = [];
  const pointsInSources: RootPlan['pointsInSources'] = [];
  /** Folders made anew, parents first. */
  const made = new Set(['/', '/dev', '/dev/pts', '/proc']);
  const points = new Map<string, 'dir' | 'file'>();

  for (const { request, target } of resolveAll(view, requested)) {
    if (target === '/' || target === '/dev' || isWithin(target, '/proc')) {
      throw new RootPlanProblem(`${request.target} cannot be a mount path`);
    }
    const outer = mounts.filter(mount => isWithin(target, mount.target)).at(-1);
    if (outer !== undefined && outer.target !== target) {
      const source = outer.source + target.slice(outer.target.length);
      if (view.kind(source) === 'absent') {
        if (!outer.owned) {
          throw new RootPlanProblem(
            `${request.target} lies in the hostPath ${outer.source} and is not there`,
          );
        }
        pointsInSources.push({ source, kind: request.kind });
      }
    } else if (outer === undefined && view.kind(target) !== request.kind) {
      for (const parent of parentsOf(target)) made.add(parent);
      points.set(target, request.kind);
    }
    mounts.push({ ...request, target });
  }
  const covered = new Set(mounts.map(mount => mount.target));
  return { ...build(view, made, points, covered), mounts, pointsInSources };
}

/** Outer mounts first, also where a link leads into another mount. */
function resolveAll(view: HostTree, requested: readonly Mount[]): { request: Mount; target: string }[] {
  const resolved: { request: Mount; target: string }[] = [];
  for (const request of [...requested].sort((a, b) => depth(a.target) - depth(b.target))) {
    const outer = resolved.map(({ target }) => target);
    resolved.push({ request, target: resolveTarget(view, request.target, outer) });
  }
  return resolved.sort((a, b) => depth(a.target) - depth(b.target));
}

function build(
  view: HostTree,
  made: ReadonlySet<string>,
  points: ReadonlyMap<string, 'dir' | 'file'>,
  covered: ReadonlySet<string>,
): Pick<RootPlan, 'skeleton' | 'hostBinds'> {
  const skeleton: RootPlan['skeleton'] = [];
  const hostBinds: RootPlan['hostBinds'] = [];
  for (const folder of [...made].sort((a, b) => depth(a) - depth(b))) {
    if (folder !== '/') skeleton.push({ path: folder, kind: 'dir' });
    for (const name of view.kind(folder) === 'dir' ? view.names(folder).sort() : []) {
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      const kind = view.kind(path);
      if (made.has(path) || points.has(path) || kind === 'absent') continue;
      if (kind === 'link') {
        skeleton.push({ path, kind, to: view.target(path) });
        continue;
      }
      skeleton.push({ path, kind });
      if (!covered.has(path)) hostBinds.push({ path, kind });
    }
  }
  for (const [path, kind] of points) skeleton.push({ path, kind });
  skeleton.push({ path: '/dev/ptmx', kind: 'link', to: 'pts/ptmx' });
  return { skeleton, hostBinds };
}

/** The host without what a container makes for itself: files in the root, most devices, and /proc. */
function containerView(host: HostTree): HostTree {
  return {
    target: host.target,
    kind: path => {
      const [, top, name, ...below] = path.split('/');
      if (top !== 'dev' || name === undefined) return host.kind(path);
      return devices.includes(name) && below.length === 0 ? host.kind(path) : 'absent';
    },
    names: path => {
      if (path === '/dev') return devices;
      if (path === '/proc') return [];
      const names = host.names(path);
      if (path !== '/') return names;
      return names.filter(name => !ownFolders.includes(`/${name}`) && host.kind(`/${name}`) !== 'file');
    },
  };
}

/** Follows the host's links, as /var/run, so that a mount lands where a process will look for it. */
function resolveTarget(view: HostTree, target: string, covered: readonly string[]): string {
  let rest = target.split('/').filter(Boolean);
  let path = '';
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...after] = rest;
    const next = `${path}/${name}`;
    const isCovered = covered.some(outer => isWithin(next, outer));
    if (isCovered || view.kind(next) !== 'link') {
      path = next;
      rest = after;
      continue;
    }
    links += 1;
    if (links > 40) throw new RootPlanProblem(`${target}: too many links`);
    const to = view.target(next);
    const resolved = plainParts(to.startsWith('/') ? to : `${path}/${to}`);
    rest = [...resolved, ...after];
    path = '';
  }
  return path === '' ? '/' : path;
}

function plainParts(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1;
}
