import { pathPart } from '../../../../shared/task/json.ts';
import { isRecord, type Located, objectIn, objectsIn, stringIn } from '../../../../shared/task/raw.ts';
import type { Finding, PodView } from '../pod-view.ts';

/** baselineCapabilities are those that the standard lets a container add. */
export const baselineCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

const allowedSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];

const allowedSelinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const allowedProfiles = ['RuntimeDefault', 'Localhost'];
const apparmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const hostNamespaces = ['hostNetwork', 'hostPID', 'hostIPC'];
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const hooks = ['postStart', 'preStop'];

/**
 * baselineFindings refuses what the Pod Security Standard "baseline" refuses: nothing privileged, no host namespace, path or
 * port. Each finding names the control. Without the relaxations for Pods with a user namespace.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline (v1.34)
 */
export function baselineFindings(pod: PodView): Finding[] {
  const context = objectIn(pod.spec, 'securityContext');
  return [
    ...hostNamespaces.flatMap(field =>
      pod.spec.value[field] === true ? [refused(`spec.${field}`, 'Host Namespaces')] : [],
    ),
    ...(context === undefined ? [] : [...contextFindings(context), ...sysctlFindings(context)]),
    ...pod.volumes
      .filter(volume => (volume.value.hostPath ?? undefined) !== undefined)
      .map(volume => refused(`${volume.path}.hostPath`, 'HostPath Volumes')),
    ...annotationFindings(pod.metadata.value.annotations),
    ...pod.containers.flatMap(containerFindings),
  ];
}

function containerFindings(container: Located): Finding[] {
  const ports = objectsIn(container.value.ports, `${container.path}.ports`);
  const lifecycle = objectIn(container, 'lifecycle');
  const handlers = [
    ...probes.flatMap(probe => objectIn(container, probe) ?? []),
    ...hooks.flatMap(hook => (lifecycle && objectIn(lifecycle, hook)) ?? []),
  ];
  const context = objectIn(container, 'securityContext');
  return [
    ...ports
      .filter(port => (port.value.hostPort ?? 0) !== 0)
      .map(port => refused(`${port.path}.hostPort`, 'Host Ports')),
    ...handlers.flatMap(hostOfHandler),
    ...(context === undefined ? [] : [...privilegeFindings(context), ...contextFindings(context)]),
  ];
}

function hostOfHandler(handler: Located): Finding[] {
  return ['httpGet', 'tcpSocket'].flatMap(kind => {
    const action = objectIn(handler, kind);
    if (action === undefined || (action.value.host ?? '') === '') return [];
    return [refused(`${action.path}.host`, 'Host Probes / Lifecycle Hooks')];
  });
}

/** What only a container's security context has. */
function privilegeFindings(context: Located): Finding[] {
  const { privileged, procMount } = context.value;
  const added = objectIn(context, 'capabilities')?.value.add;
  return [
    ...(privileged === true ? [refused(`${context.path}.privileged`, 'Privileged Containers')] : []),
    ...((procMount ?? 'Default') === 'Default'
      ? []
      : [refused(`${context.path}.procMount`, '/proc Mount Type')]),
    ...(Array.isArray(added) ? added : []).flatMap((name: unknown, index) =>
      baselineCapabilities.some(allowed => allowed === name)
        ? []
        : [refused(`${context.path}.capabilities.add.${index}`, 'Capabilities')],
    ),
  ];
}

/** What the security contexts of a Pod and of a container have in common. */
function contextFindings(context: Located): Finding[] {
  const selinux = objectIn(context, 'seLinuxOptions');
  const windows = objectIn(context, 'windowsOptions');
  return [
    ...(selinux === undefined ? [] : selinuxFindings(selinux)),
    ...(
      [
        ['seccompProfile', 'Seccomp'],
        ['appArmorProfile', 'AppArmor'],
      ] as const
    ).flatMap(([field, control]) => {
      const type = stringIn(objectIn(context, field)?.value ?? {}, 'type') ?? 'RuntimeDefault';
      return allowedProfiles.includes(type) ? [] : [refused(`${context.path}.${field}.type`, control)];
    }),
    ...(windows?.value.hostProcess === true ? [refused(`${windows.path}.hostProcess`, 'HostProcess')] : []),
  ];
}

function selinuxFindings(options: Located): Finding[] {
  const text = (field: string): string => stringIn(options.value, field) ?? '';
  const wrong = ['type', 'user', 'role'].filter(field =>
    field === 'type' ? !allowedSelinuxTypes.includes(text(field)) : text(field) !== '',
  );
  return wrong.map(field => refused(`${options.path}.${field}`, 'SELinux'));
}

function sysctlFindings(context: Located): Finding[] {
  return objectsIn(context.value.sysctls, `${context.path}.sysctls`)
    .filter(({ value }) => !allowedSysctls.some(allowed => allowed === value.name))
    .map(({ path }) => refused(`${path}.name`, 'Sysctls'));
}

function annotationFindings(annotations: unknown): Finding[] {
  if (!isRecord(annotations)) return [];
  return Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(apparmorPrefix) && typeof value === 'string')
    .filter(([, value]) => !/^$|^runtime\/default$|^localhost\//.test(String(value)))
    .map(([key]) => refused(`metadata.annotations.${pathPart(key)}`, 'AppArmor'));
}

function refused(at: string, control: string): Finding {
  return { at, message: `is refused by the Pod Security Standard "baseline" (${control}): remove it` };
}
