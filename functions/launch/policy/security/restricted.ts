import { type Located, objectIn } from '../../../../shared/task/raw.ts';
import { volumeSources } from '../consistency/volumes.ts';
import type { Finding, PodView } from '../pod-view.ts';
import { baselineCapabilities } from './baseline.ts';

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const allowedProfiles: readonly unknown[] = ['RuntimeDefault', 'Localhost'];

const nonRoot = ['Running as Non-root', 'set it to true'] as const;
const nonRootUser = ['Running as Non-root user', 'use another user than 0'] as const;

/**
 * restrictedFindings refuses what the Pod Security Standard "restricted" refuses beyond "baseline". Each finding names the
 * control. Without the relaxations for Pods with a user namespace.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted (v1.34)
 */
export function restrictedFindings(pod: PodView): Finding[] {
  const context = objectIn(pod.spec, 'securityContext')?.value ?? {};
  const shared = {
    isNonRoot: context.runAsNonRoot === true,
    hasSeccomp: allowedProfiles.includes(typeOfSeccomp(pod.spec)),
    isWindows: objectIn(pod.spec, 'os')?.value.name === 'windows',
  };
  const at = 'spec.securityContext';
  return [
    ...pod.volumes.flatMap(({ path, value }) =>
      volumeSources(value)
        .filter(kind => !allowedVolumes.includes(kind) && kind !== 'hostPath')
        .map(kind => refused(`${path}.${kind}`, 'Volume Types', 'use another kind of volume')),
    ),
    ...(context.runAsNonRoot === false ? [refused(`${at}.runAsNonRoot`, ...nonRoot)] : []),
    ...(context.runAsUser === 0 ? [refused(`${at}.runAsUser`, ...nonRootUser)] : []),
    ...pod.containers.flatMap(container => [
      ...userFindings(container, shared),
      ...(shared.isWindows ? [] : linuxFindings(container, shared)),
    ]),
  ];
}

/** What of the Pod decides about its containers. */
interface Shared {
  isNonRoot: boolean;
  hasSeccomp: boolean;
  isWindows: boolean;
}

function userFindings(container: Located, { isNonRoot }: Shared): Finding[] {
  const at = `${container.path}.securityContext`;
  const { runAsNonRoot, runAsUser } = objectIn(container, 'securityContext')?.value ?? {};
  return [
    ...((runAsNonRoot ?? isNonRoot) === true ? [] : [refused(`${at}.runAsNonRoot`, ...nonRoot)]),
    ...(runAsUser === 0 ? [refused(`${at}.runAsUser`, ...nonRootUser)] : []),
  ];
}

/** What the standard asks of Linux only. */
function linuxFindings(container: Located, { hasSeccomp }: Shared): Finding[] {
  const at = `${container.path}.securityContext`;
  const context = objectIn(container, 'securityContext') ?? { path: at, value: {} };
  const { add, drop } = objectIn(context, 'capabilities')?.value ?? {};
  const isEscalating = context.value.allowPrivilegeEscalation !== false;
  // A profile that is there and wrong is refused by "baseline" already, as is a capability that it does not have.
  const hasProfile = hasSeccomp || typeOfSeccomp(container) !== undefined;
  return [
    ...(isEscalating
      ? [refused(`${at}.allowPrivilegeEscalation`, 'Privilege Escalation', 'set it to false')]
      : []),
    ...(hasProfile ? [] : [refused(`${at}.seccompProfile.type`, 'Seccomp', 'set it to RuntimeDefault')]),
    ...(Array.isArray(drop) && drop.includes('ALL')
      ? []
      : [refused(`${at}.capabilities.drop`, 'Capabilities', 'set it to ["ALL"]')]),
    ...(Array.isArray(add) ? add : []).flatMap((name: unknown, index) =>
      name === 'NET_BIND_SERVICE' || !baselineCapabilities.some(known => known === name)
        ? []
        : [refused(`${at}.capabilities.add.${index}`, 'Capabilities', 'remove it')],
    ),
  ];
}

function typeOfSeccomp(parent: Located): unknown {
  const context = objectIn(parent, 'securityContext');
  return context === undefined ? undefined : objectIn(context, 'seccompProfile')?.value.type;
}

function refused(at: string, control: string, action: string): Finding {
  return { at, message: `is refused by the Pod Security Standard "restricted" (${control}): ${action}` };
}
