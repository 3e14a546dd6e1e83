import { describe, expect, test } from 'vitest';
import { baseContainer, judge, type PodByHand } from '../judge.ts';

const refused = (path: string, control: string) => ({
  path,
  message: `is refused by the Pod Security Standard "baseline" (${control}): remove it`,
});
type Fields = Record<string, unknown>;
const inSpec = (spec: Fields): PodByHand => ({ spec });
const inPodContext = (securityContext: Fields): PodByHand => ({ spec: { securityContext } });
const inContainer = (fields: Fields): PodByHand => inSpec({ containers: [{ ...baseContainer, ...fields }] });
const inContext = (securityContext: Fields): PodByHand => inContainer({ securityContext });
const at = 'spec.containers.0.securityContext';
const apparmor = 'container.apparmor.security.beta.kubernetes.io/base';

/** What a Pod and a container both have. */
const contexts = [
  { fields: { seLinuxOptions: { type: 'spc_t' } }, field: 'seLinuxOptions.type', control: 'SELinux' },
  { fields: { seLinuxOptions: { user: 'system_u' } }, field: 'seLinuxOptions.user', control: 'SELinux' },
  { fields: { seLinuxOptions: { role: 'r' } }, field: 'seLinuxOptions.role', control: 'SELinux' },
  { fields: { seccompProfile: { type: 'Unconfined' } }, field: 'seccompProfile.type', control: 'Seccomp' },
  { fields: { seccompProfile: { type: '' } }, field: 'seccompProfile.type', control: 'Seccomp' },
  { fields: { appArmorProfile: { type: 'Unconfined' } }, field: 'appArmorProfile.type', control: 'AppArmor' },
  {
    fields: { windowsOptions: { hostProcess: true } },
    field: 'windowsOptions.hostProcess',
    control: 'HostProcess',
  },
];

describe('refused', () => {
  test.each<{ pod: PodByHand; path: string; control: string }>([
    ...['hostNetwork', 'hostPID', 'hostIPC'].map(field => ({
      pod: inSpec({ [field]: true }),
      path: `spec.${field}`,
      control: 'Host Namespaces',
    })),
    {
      pod: inSpec({ volumes: [{ name: 'a', hostPath: { path: '/' } }] }),
      path: 'spec.volumes.0.hostPath',
      control: 'HostPath Volumes',
    },
    { pod: inContext({ privileged: true }), path: `${at}.privileged`, control: 'Privileged Containers' },
    { pod: inContext({ procMount: 'Unmasked' }), path: `${at}.procMount`, control: '/proc Mount Type' },
    {
      pod: inContext({ capabilities: { add: ['CHOWN', 'SYS_ADMIN'] } }),
      path: `${at}.capabilities.add.1`,
      control: 'Capabilities',
    },
    ...['ALL', 'CAP_CHOWN', 'chown', 5].map(name => ({
      pod: inContext({ capabilities: { add: [name] } }),
      path: `${at}.capabilities.add.0`,
      control: 'Capabilities',
    })),
    ...contexts.flatMap(({ fields, field, control }) => [
      { pod: inPodContext(fields), path: `spec.securityContext.${field}`, control },
      { pod: inContext(fields), path: `${at}.${field}`, control },
    ]),
    {
      pod: inPodContext({ sysctls: [{ name: 'net.ipv4.tcp_syncookies' }, { name: 'kernel.msgmax' }] }),
      path: 'spec.securityContext.sysctls.1.name',
      control: 'Sysctls',
    },
    {
      pod: inContainer({ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] }),
      path: 'spec.containers.0.ports.1.hostPort',
      control: 'Host Ports',
    },
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map(probe => ({
      pod: inContainer({ [probe]: { httpGet: { port: 80, host: '169.254.169.254' } } }),
      path: `spec.containers.0.${probe}.httpGet.host`,
      control: 'Host Probes / Lifecycle Hooks',
    })),
    ...['postStart', 'preStop'].map(hook => ({
      pod: inContainer({ lifecycle: { [hook]: { tcpSocket: { port: 80, host: 'node' } } } }),
      path: `spec.containers.0.lifecycle.${hook}.tcpSocket.host`,
      control: 'Host Probes / Lifecycle Hooks',
    })),
    {
      pod: { metadata: { annotations: { [apparmor]: 'unconfined' } } },
      path: `metadata.annotations.${apparmor}`,
      control: 'AppArmor',
    },
  ])('$path', ({ pod, path, control }) => {
    expect(judge(pod)).toEqual({ invalid: [], refused: [refused(path, control)] });
  });

  test.each(['initContainers', 'ephemeralContainers'])('in %s', kind => {
    const { refused: problems } = judge(
      inSpec({ [kind]: [{ name: 'a', image: 'a', securityContext: { privileged: true } }] }),
    );
    expect(problems).toEqual([refused(`spec.${kind}.0.securityContext.privileged`, 'Privileged Containers')]);
  });

  test('everything that is wrong is told, in every container', () => {
    const securityContext = { privileged: true, seLinuxOptions: { user: 'u', role: 'r', type: 't' } };
    const containers = [baseContainer, { name: 'a', image: 'a', securityContext }];
    const initContainers = [{ name: 'b', image: 'b', ports: [{ hostPort: 1 }] }];
    const problems = judge(inSpec({ containers, initContainers, hostPID: true })).refused;
    expect(problems.map(problem => problem.path)).toEqual([
      'spec.hostPID',
      'spec.containers.1.securityContext.privileged',
      'spec.containers.1.securityContext.seLinuxOptions.type',
      'spec.containers.1.securityContext.seLinuxOptions.user',
      'spec.containers.1.securityContext.seLinuxOptions.role',
      'spec.initContainers.0.ports.0.hostPort',
    ]);
  });
});

describe('allowed', () => {
  const careful = {
    seLinuxOptions: { type: 'container_t', level: 's0:c1', user: '', role: '' },
    seccompProfile: { type: 'RuntimeDefault' },
    appArmorProfile: { type: 'Localhost' },
    windowsOptions: { hostProcess: false },
  };
  test.each<{ name: string; pod: PodByHand }>([
    { name: 'nothing at all', pod: {} },
    { name: 'no host namespaces', pod: inSpec({ hostNetwork: false, hostPID: null, hostIPC: false }) },
    {
      name: 'other volumes',
      pod: inSpec({
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', hostPath: null },
        ],
      }),
    },
    {
      name: 'a careful Pod',
      pod: inPodContext({
        ...careful,
        sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      }),
    },
    {
      name: 'a careful container',
      pod: inContext({
        ...careful,
        privileged: false,
        procMount: 'Default',
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'SETPCAP'] },
      }),
    },
    { name: 'empty options', pod: inContext({ seLinuxOptions: {}, capabilities: {}, windowsOptions: {} }) },
    {
      name: 'a probe of the container itself',
      pod: inContainer({
        livenessProbe: { httpGet: { port: 80 } },
        lifecycle: { preStop: { tcpSocket: { port: 80, host: '' } } },
        ports: [{ containerPort: 80, hostPort: 0 }],
      }),
    },
    ...['runtime/default', 'localhost/mine', ''].map(profile => ({
      name: `the AppArmor profile "${profile}"`,
      pod: { metadata: { annotations: { [apparmor]: profile } } },
    })),
    { name: 'values of other types', pod: { metadata: { annotations: 'x' }, spec: { volumes: 5 } } },
    {
      name: 'anything where the level is "privileged"',
      pod: { ...inSpec({ hostNetwork: true }), policy: { podSecurity: 'privileged' } },
    },
  ])('$name', ({ pod }) => {
    expect(judge(pod)).toEqual({ invalid: [], refused: [] });
  });
});
