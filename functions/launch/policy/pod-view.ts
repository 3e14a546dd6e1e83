import { xcomContainer, xcomVolume } from '../../../shared/pod-words.ts';
import { isRecord, type Located, objectsIn } from '../../../shared/task/raw.ts';
import type { Task } from '../../../shared/task/task.ts';

/** The part of a composed Pod (compose-pod.ts) that the rules look at. Its content may be wrong in any way. */
export interface JudgedPod {
  metadata: unknown;
  spec: unknown;
  sourceOf(path: string): string;
}

/** A container of the Pod, with its path. */
export interface LocatedContainer extends Located {
  kind: 'containers' | 'initContainers' | 'ephemeralContainers';
  /** The main container, which is the first. */
  isBase: boolean;
  /** Added by Taskpod itself: the XCom sidecar. */
  isOwn: boolean;
}

/** A volume of the Pod, with its path. */
export interface LocatedVolume extends Located {
  /** Added by Taskpod itself: the XCom volume. */
  isOwn: boolean;
}

/** A composed Pod as the rules look at it: only what is there in the right shape; the rest is the schema's matter. */
export interface PodView {
  metadata: Located;
  spec: Located;
  /** Of every kind; those of Taskpod come first, so that it is the user's that has a name that is taken. */
  containers: LocatedContainer[];
  /** Those of Taskpod come first. */
  volumes: LocatedVolume[];
  /** The place that a path came from, or the path itself for what Taskpod added. */
  where(path: string): string;
  /** Tells whether Taskpod added this itself. */
  isOwn(path: string): boolean;
}

/** Something wrong at a place in the composed Pod. */
export interface Finding {
  /** Path in the composed Pod; absent when it is about a parameter that is no part of the Pod. */
  at?: string;
  /** The parameter to name when nothing at `at` came from the task. */
  parameter?: string;
  message: string;
  /** Parameters that must be right for this to be certain: while one is wrong, what it adds to the Pod is missing. */
  needs?: readonly (keyof Task)[];
}

/** layerParameters are those that may bring any part of a Pod. */
export const layerParameters = ['pod_template_file', 'pod_template_dict', 'full_pod_spec'] as const;

/** viewPod makes a composed Pod ready for the rules. */
export function viewPod({ metadata, spec, sourceOf }: JudgedPod): PodView {
  const isOwn = (path: string): boolean => sourceOf(path) === '';
  const root: Located = { path: 'spec', value: isRecord(spec) ? spec : {} };
  const kinds = ['containers', 'initContainers', 'ephemeralContainers'] as const;
  const containers = kinds.flatMap(kind =>
    objectsIn(root.value[kind], `spec.${kind}`).map(
      (container): LocatedContainer => ({
        ...container,
        kind,
        isBase: container.path === 'spec.containers.0',
        isOwn:
          kind === 'initContainers' &&
          container.value.name === xcomContainer &&
          isOwn(`${container.path}.name`),
      }),
    ),
  );
  const volumes = objectsIn(root.value.volumes, 'spec.volumes').map(
    (volume): LocatedVolume => ({
      ...volume,
      isOwn: volume.value.name === xcomVolume && isOwn(`${volume.path}.name`),
    }),
  );
  return {
    metadata: { path: 'metadata', value: isRecord(metadata) ? metadata : {} },
    spec: root,
    containers: ownFirst(containers),
    volumes: ownFirst(volumes),
    where: path => sourceOf(path) || path,
    isOwn,
  };
}

function ownFirst<T extends { isOwn: boolean }>(parts: readonly T[]): T[] {
  return [...parts.filter(part => part.isOwn), ...parts.filter(part => !part.isOwn)];
}
