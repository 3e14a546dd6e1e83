import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DownwardItem, EmulatedPod, Volume } from '../pod.ts';
import { type ConfigKind, type ConfigSources, MissingConfig } from './config-sources.ts';
import { fieldValue } from './field-ref.ts';
import { type NodeSize, resourceValue } from './resource-ref.ts';

/** A volume that is ready to be mounted. */
export interface ReadyVolume {
  /** The folder or file on this machine. */
  source: string;
  kind: 'dir' | 'file';
  readOnly: boolean;
  /** False for a hostPath: nothing may be created in it. */
  owned: boolean;
}

/** A volume that cannot be made ready yet, or never; the message is the kubelet's. */
export class VolumeProblem extends Error {
  override readonly name = 'VolumeProblem';
}

interface VolumeFile {
  path: string;
  content: Buffer;
  mode: number | undefined;
}

const defaultMode = 0o644;

/** prepareVolume makes one volume of a Pod in `folder`, which is its own. Throws {@link VolumeProblem}. */
export async function prepareVolume(
  pod: EmulatedPod,
  volume: Volume,
  folder: string,
  sources: ConfigSources,
  node: NodeSize,
): Promise<ReadyVolume> {
  if (volume.hostPath) return hostPath(volume.name, volume.hostPath);
  const content = volumeFiles(pod, volume, sources, node);
  await mkdir(folder, { recursive: true });
  if (content === 'empty') {
    await chmod(folder, 0o777);
    return { source: folder, kind: 'dir', readOnly: false, owned: true };
  }
  for (const file of content.files) {
    const target = path.join(folder, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.content);
    await chmod(target, file.mode ?? content.mode ?? defaultMode);
  }
  return { source: folder, kind: 'dir', readOnly: true, owned: true };
}

function volumeFiles(
  pod: EmulatedPod,
  volume: Volume,
  sources: ConfigSources,
  node: NodeSize,
): 'empty' | { files: VolumeFile[]; mode: number | undefined } {
  const { secret, configMap, downwardAPI, projected } = volume;
  if (volume.emptyDir) return 'empty';
  try {
    if (secret) {
      const files = configFiles(pod, 'secret', { ...secret, name: secret.secretName }, sources);
      return { files, mode: secret.defaultMode };
    }
    if (configMap) {
      return { files: configFiles(pod, 'configmap', configMap, sources), mode: configMap.defaultMode };
    }
    if (downwardAPI) {
      return { files: downwardFiles(pod, downwardAPI.items, node), mode: downwardAPI.defaultMode };
    }
    if (projected) {
      const files = projected.sources.flatMap(source => {
        if (source.secret) return configFiles(pod, 'secret', source.secret, sources);
        if (source.configMap) return configFiles(pod, 'configmap', source.configMap, sources);
        if (source.downwardAPI) return downwardFiles(pod, source.downwardAPI.items, node);
        throw new MissingConfig(unsupported(Object.keys(source)[0] ?? 'empty source'));
      });
      return { files, mode: projected.defaultMode };
    }
  } catch (error) {
    if (!(error instanceof MissingConfig)) throw error;
    throw new VolumeProblem(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
  }
  const kind = Object.keys(volume).find(key => key !== 'name');
  if (kind === undefined) return 'empty';
  throw new VolumeProblem(`MountVolume.SetUp failed for volume "${volume.name}" : ${unsupported(kind)}`);
}

function unsupported(kind: string): string {
  return `the Pod emulator has no ${kind} volumes; use a real cluster: taskpod local --context NAME`;
}

function configFiles(
  pod: EmulatedPod,
  kind: ConfigKind,
  ref: {
    name: string;
    optional?: boolean | undefined;
    items?: { key: string; path: string; mode?: number | undefined }[] | undefined;
  },
  sources: ConfigSources,
): VolumeFile[] {
  const content = sources.all(kind, pod.metadata.namespace, ref.name, ref.optional);
  if (content === undefined) return [];
  if (ref.items === undefined) {
    return [...content].map(([key, value]) => ({ path: key, content: value, mode: undefined }));
  }
  return ref.items.flatMap(item => {
    const value = content.get(item.key);
    if (value !== undefined) return [{ path: safePath(item.path), content: value, mode: item.mode }];
    if (ref.optional) return [];
    throw new MissingConfig(`references non-existent ${kind} key: ${item.key}`);
  });
}

function downwardFiles(pod: EmulatedPod, items: readonly DownwardItem[], node: NodeSize): VolumeFile[] {
  return items.map(item => {
    const { containerName, ...ref } = item.resourceFieldRef ?? { resource: '' };
    const container = pod.spec.containers.find(candidate => candidate.name === containerName);
    const value = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath)
      : container && resourceValue(ref, container, node);
    if (value === undefined) throw new MissingConfig(`unsupported downward API item at ${item.path}`);
    return { path: safePath(item.path), content: Buffer.from(value), mode: item.mode };
  });
}

function safePath(relative: string): string {
  if (relative === '' || path.isAbsolute(relative) || relative.split('/').includes('..')) {
    throw new MissingConfig(`the path ${JSON.stringify(relative)} must be relative and without '..'`);
  }
  return relative;
}

/** The emulator creates nothing outside its folder, so the *OrCreate types need the path to be there as well. */
async function hostPath(
  name: string,
  { path: source, type = '' }: { path: string; type?: string | undefined },
): Promise<ReadyVolume> {
  const problem = (why: string): VolumeProblem =>
    new VolumeProblem(
      `MountVolume.SetUp failed for volume "${name}" : hostPath type check failed: ${source} ${why}`,
    );
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw problem('does not exist');
  const kind = found.isDirectory() ? 'dir' : 'file';
  if (type.startsWith('Directory') && kind !== 'dir') throw problem('is not a directory');
  if (type.startsWith('File') && kind !== 'file') throw problem('is not a file');
  return { source, kind, readOnly: false, owned: false };
}
