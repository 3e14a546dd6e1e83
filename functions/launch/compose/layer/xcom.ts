import type { V1Container } from '@kubernetes/client-node';
import { xcomContainer, xcomMountPath, xcomVolume } from '../../../../shared/pod-words.ts';
import { xcomFile, xcomSidecarCommand } from '../../../../shared/xcom-frame.ts';
import { changeBase, type PodSettings, type PodSpecStep } from './step.ts';

/** Far above the largest value, so that a file that is too big is told by the sidecar and not by an eviction. */
const volumeSize = '64Mi';

/**
 * withXcomSidecar adds the native sidecar that prints the value when the main container has ended, and the volume between
 * the two. It stands last among the init containers: the task's own have run, and it is up, before the main one starts.
 */
export const withXcomSidecar: PodSpecStep = (spec, { task, settings }) => {
  if (!task.do_xcom_push || task.xcom_transport !== 'sidecar') return spec;
  const mount = { name: xcomVolume, mountPath: xcomMountPath };
  const withMount = changeBase(spec, base => ({
    ...base,
    volumeMounts: [...(base.volumeMounts ?? []), mount],
  }));
  return {
    ...withMount,
    initContainers: [...(spec.initContainers ?? []), sidecar(settings)],
    volumes: [...(spec.volumes ?? []), { name: xcomVolume, emptyDir: { sizeLimit: volumeSize } }],
  };
};

/** withXcomMessage makes the value the main container's termination message: for small values, without a sidecar. */
export const withXcomMessage: PodSpecStep = (spec, { task }) =>
  task.do_xcom_push && task.xcom_transport === 'termination_message'
    ? changeBase(spec, base => ({
        ...base,
        terminationMessagePath: xcomFile,
        terminationMessagePolicy: 'File',
      }))
    : spec;

/**
 * The security context is "restricted" of the Pod Security Standards but for two things: the user is the image's, and
 * DAC_OVERRIDE, which "baseline" allows, stays: without it even root cannot read a file that another user wrote as 0600.
 */
function sidecar(settings: PodSettings): V1Container {
  return {
    name: xcomContainer,
    image: settings.xcomSidecarImage,
    command: xcomSidecarCommand({ maxBytes: settings.xcomMaxBytes }),
    restartPolicy: 'Always',
    resources: {
      requests: { cpu: '50m', memory: '52Mi', 'ephemeral-storage': '10Mi' },
      limits: { memory: '52Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] },
      readOnlyRootFilesystem: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [{ name: xcomVolume, mountPath: xcomMountPath, readOnly: true }],
  };
}
