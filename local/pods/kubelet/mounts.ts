import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Container, VolumeMount } from '../pod.ts';
import { expand } from './expand.ts';
import type { ReadyVolume } from './volumes.ts';

/** One thing to be seen at a path inside a container. */
export interface Mount {
  /** Absolute path inside the container, without a slash at its end. */
  target: string;
  /** Absolute path on this machine. */
  source: string;
  kind: 'dir' | 'file';
  readOnly: boolean;
  /** Whether a mount point for another mount may be created inside it. */
  owned: boolean;
}

/** A mount that the container runtime would refuse. */
export class MountProblem extends Error {
  override readonly name = 'MountProblem';
}

/** containerMounts resolves a container's volumeMounts, subPath and subPathExpr included. Throws {@link MountProblem}. */
export async function containerMounts(
  container: Container,
  volumes: ReadonlyMap<string, ReadyVolume>,
  env: Readonly<Record<string, string>>,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts) {
    const volume = volumes.get(mount.name);
    if (volume === undefined) throw new MountProblem(`volume "${mount.name}" not found`);
    const { source, kind } = await subPathOf(mount, volume, env);
    const target = mountTarget(mount.mountPath);
    const readOnly = volume.readOnly || mount.readOnly === true;
    mounts.push({ target, source, kind, readOnly, owned: volume.owned });
  }
  return mounts;
}

/** mountTarget makes a mountPath absolute and plain. */
export function mountTarget(mountPath: string): string {
  const target = path.posix.normalize(path.posix.join('/', mountPath));
  return target.length > 1 ? target.replace(/\/+$/, '') : target;
}

async function subPathOf(
  mount: VolumeMount,
  volume: ReadyVolume,
  env: Readonly<Record<string, string>>,
): Promise<Pick<Mount, 'source' | 'kind'>> {
  const subPath = mount.subPathExpr ? expand(mount.subPathExpr, env) : (mount.subPath ?? '');
  if (subPath === '' || subPath === '.') return { source: volume.source, kind: volume.kind };
  const problem = new MountProblem(
    `failed to prepare subPath for volumeMount "${mount.name}" of path ${mount.mountPath}`,
  );
  if (path.isAbsolute(subPath) || subPath.split('/').includes('..')) throw problem;
  const source = path.join(volume.source, subPath);
  const isThere = await stat(source).catch(() => undefined);
  if (isThere === undefined) {
    if (!volume.owned || volume.readOnly) throw problem;
    await mkdir(source, { recursive: true, mode: 0o777 });
  }
  // A link inside the volume must not lead out of it.
  const real = await realpath(source);
  const base = await realpath(volume.source);
  if (real !== base && !real.startsWith(`${base}/`)) throw problem;
  return { source: real, kind: isThere?.isFile() ? 'file' : 'dir' };
}
