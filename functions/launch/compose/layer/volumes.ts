import { changeBase, type PodSpecStep } from './step.ts';

/** withVolumes adds the task's volumes to the Pod. */
export const withVolumes: PodSpecStep = (spec, { task }) =>
  task.volumes.length === 0 ? spec : { ...spec, volumes: [...(spec.volumes ?? []), ...task.volumes] };

/** withVolumeMounts adds the task's mounts to the main container. */
export const withVolumeMounts: PodSpecStep = (spec, { task }) =>
  task.volume_mounts.length === 0
    ? spec
    : changeBase(spec, base => ({
        ...base,
        volumeMounts: [...(base.volumeMounts ?? []), ...task.volume_mounts],
      }));
