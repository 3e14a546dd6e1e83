import type { Problem } from '../../errors.ts';
import { pathPart } from '../json.ts';
import { isRecord, type Located, objectIn, objectsIn, stringIn } from '../raw.ts';

/** Capabilities that the standard lets a container add. */
const allowedCapabilities = [
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

const allowedSelinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const apparmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const hooks = ['postStart', 'preStop'];

/**
 * baselineProblems refuses what the Pod Security Standard "baseline" refuses: nothing privileged, no host namespace, path or
 * port. Each problem names the rule. Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
export function baselineProblems(task: Record<string, unknown>): Problem[] {
  const volumes = objectsIn(task.volumes, 'volumes');
  return [
    ...volumes
      .filter(volume => isRecord(volume.value.hostPath))
      .map(volume => refused(`${volume.path}.hostPath`, 'HostPath Volumes')),
    ...annotationProblems(task.annotations),
    ...objectsIn(task.init_containers, 'init_containers').flatMap(containerProblems),
  ];
}

function containerProblems(container: Located): Problem[] {
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
    ...(context === undefined ? [] : securityContextProblems(context)),
  ];
}

function hostOfHandler(handler: Located): Problem[] {
  return ['httpGet', 'tcpSocket'].flatMap(kind => {
    const action = objectIn(handler, kind);
    if (action === undefined || (action.value.host ?? '') === '') return [];
    return [refused(`${action.path}.host`, 'Host Probes / Lifecycle Hooks')];
  });
}

function securityContextProblems(context: Located): Problem[] {
  const at = (field: string): string => `${context.path}.${field}`;
  const problems: Problem[] = [];
  const { privileged, procMount } = context.value;
  if (privileged === true) problems.push(refused(at('privileged'), 'Privileged Containers'));
  if ((procMount ?? 'Default') !== 'Default') problems.push(refused(at('procMount'), '/proc Mount Type'));

  const capabilities = objectIn(context, 'capabilities');
  const added: unknown[] = Array.isArray(capabilities?.value.add) ? capabilities.value.add : [];
  added.forEach((name, index) => {
    if (allowedCapabilities.some(allowed => allowed === name)) return;
    problems.push(refused(at(`capabilities.add.${index}`), 'Capabilities'));
  });

  const selinux = objectIn(context, 'seLinuxOptions');
  if (selinux !== undefined) {
    const type = stringIn(selinux.value, 'type') ?? '';
    if (!allowedSelinuxTypes.includes(type)) problems.push(refused(`${selinux.path}.type`, 'SELinux'));
    for (const field of ['user', 'role']) {
      if ((stringIn(selinux.value, field) ?? '') !== '') {
        problems.push(refused(`${selinux.path}.${field}`, 'SELinux'));
      }
    }
  }
  for (const [field, rule] of [
    ['seccompProfile', 'Seccomp'],
    ['appArmorProfile', 'AppArmor'],
  ] as const) {
    if (objectIn(context, field)?.value.type === 'Unconfined')
      problems.push(refused(at(`${field}.type`), rule));
  }
  if (objectIn(context, 'windowsOptions')?.value.hostProcess === true) {
    problems.push(refused(at('windowsOptions.hostProcess'), 'HostProcess'));
  }
  return problems;
}

function annotationProblems(annotations: unknown): Problem[] {
  if (!isRecord(annotations)) return [];
  return Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(apparmorPrefix) && typeof value === 'string')
    .filter(([, value]) => !/^$|^runtime\/default$|^localhost\//.test(String(value)))
    .map(([key]) => refused(`annotations.${pathPart(key)}`, 'AppArmor'));
}

function refused(path: string, rule: string): Problem {
  return { path, message: `is refused by the Pod Security Standard "baseline" (${rule}): remove it` };
}
