import { xcomContainer, xcomMountPath, xcomVolume } from '../../../../shared/pod-words.ts';
import { isRecord, objectsIn } from '../../../../shared/task/raw.ts';
import type { Task } from '../../../../shared/task/task.ts';
import { xcomFile, xcomSidecarCommand } from '../../../../shared/xcom-frame.ts';
import type { PodLayers } from '../pod-layers.ts';
import { nothing, objectOf, type Sourced, toJson, whole } from '../sourced.ts';

/** Far above the largest value, so that a file that is too big is told by the sidecar and not by an eviction. */
const volumeSize = '64Mi';

const resources = {
  requests: { cpu: '50m', memory: '52Mi', 'ephemeral-storage': '10Mi' },
  limits: { memory: '52Mi' },
};

/**
 * "Restricted" of the Pod Security Standards but for two things: the user is the image's, and DAC_OVERRIDE, which "baseline"
 * allows, stays: without it even root cannot read a file that another user wrote as 0600.
 */
const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] },
  readOnlyRootFilesystem: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Nobody of note, as in distroless images; it reads what every user may read, which is what a umask of 022 leaves. */
const anyUser = 65_532;

/** The user who wrote the file may read it; where only the main container's image names one, it is not known. */
function restrictedContext(pod: Sourced) {
  const runAsUser = mainUser(toJson(pod)) || anyUser;
  return { ...securityContext, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, runAsUser };
}

function mainUser(pod: unknown): number | undefined {
  const { spec } = isRecord(pod) ? pod : {};
  const [main] = isRecord(spec) ? objectsIn(spec.containers, '') : [];
  const users = [main?.value, spec].map(part => {
    const context = isRecord(part) ? part.securityContext : undefined;
    return isRecord(context) && typeof context.runAsUser === 'number' ? context.runAsUser : undefined;
  });
  return users.find(user => user !== undefined);
}

/** xcomVolumeLayer adds the volume between the main container and the sidecar; lowest of all, it is the first of both lists. */
export function xcomVolumeLayer(task: Partial<Task>): Sourced {
  if (!hasSidecar(task)) return nothing;
  const mount = { name: xcomVolume, mountPath: xcomMountPath };
  const volume = { name: xcomVolume, emptyDir: { sizeLimit: volumeSize } };
  return whole('', { spec: { containers: [{ volumeMounts: [mount] }], volumes: [volume] } });
}

/** xcomMessageLayer makes the value the main container's termination message: for small values, without a sidecar. */
export function xcomMessageLayer(task: Partial<Task>): Sourced {
  if (task.do_xcom_push !== true || task.xcom_transport !== 'termination_message') return nothing;
  const container = { terminationMessagePath: xcomFile, terminationMessagePolicy: 'File' };
  return whole('', { spec: { containers: [container] } });
}

/**
 * xcomSidecar is the native sidecar that prints the value when the main container has ended; none when the task wants none. `pod` is
 * what the layers below it come to.
 */
export function xcomSidecar(
  { task, connection, settings, podSecurity }: PodLayers,
  pod: Sourced = nothing,
): Sourced | undefined {
  if (!hasSidecar(task)) return undefined;
  const own = task.xcom_sidecar_container_security_context;
  const context = own && whole('xcom_sidecar_container_security_context', own);
  return objectOf('', {
    name: whole('', xcomContainer),
    image: fromConnection(connection?.xcomSidecarImage || undefined) ?? whole('', settings.xcomSidecarImage),
    command: whole('', xcomSidecarCommand({ maxBytes: settings.xcomMaxBytes })),
    restartPolicy: whole('', 'Always'),
    resources: fromConnection(connection?.xcomSidecarResources) ?? whole('', resources),
    securityContext:
      context ??
      fromConnection(connection?.xcomSidecarSecurityContext) ??
      whole('', podSecurity === 'restricted' ? restrictedContext(pod) : securityContext),
    volumeMounts: whole('', [{ name: xcomVolume, mountPath: xcomMountPath, readOnly: true }]),
  });
}

function hasSidecar(task: Partial<Task>): boolean {
  return task.do_xcom_push === true && task.xcom_transport === 'sidecar';
}

function fromConnection(value: unknown): Sourced | undefined {
  return value === undefined ? undefined : whole('kubernetes_conn_id', value);
}
