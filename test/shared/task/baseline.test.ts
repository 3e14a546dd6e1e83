import { describe, expect, test } from 'vitest';
import { baselineProblems } from '../../../shared/task/rules/baseline.ts';

const refused = (path: string, rule: string) => ({
  path,
  message: `is refused by the Pod Security Standard "baseline" (${rule}): remove it`,
});
const inContainer = (fields: Record<string, unknown>) => ({
  init_containers: [{ name: 'a', image: 'a', ...fields }],
});
const inContext = (securityContext: Record<string, unknown>) => inContainer({ securityContext });
const at = 'init_containers.0.securityContext';
const apparmor = 'container.apparmor.security.beta.kubernetes.io/base';

describe('refused', () => {
  test.each<{ task: Record<string, unknown>; path: string; rule: string }>([
    {
      task: { volumes: [{ name: 'a', hostPath: { path: '/' } }] },
      path: 'volumes.0.hostPath',
      rule: 'HostPath Volumes',
    },
    { task: inContext({ privileged: true }), path: `${at}.privileged`, rule: 'Privileged Containers' },
    { task: inContext({ procMount: 'Unmasked' }), path: `${at}.procMount`, rule: '/proc Mount Type' },
    {
      task: inContext({ capabilities: { add: ['CHOWN', 'SYS_ADMIN'] } }),
      path: `${at}.capabilities.add.1`,
      rule: 'Capabilities',
    },
    {
      task: inContext({ capabilities: { add: ['ALL'] } }),
      path: `${at}.capabilities.add.0`,
      rule: 'Capabilities',
    },
    {
      task: inContext({ seLinuxOptions: { type: 'spc_t' } }),
      path: `${at}.seLinuxOptions.type`,
      rule: 'SELinux',
    },
    {
      task: inContext({ seLinuxOptions: { user: 'system_u' } }),
      path: `${at}.seLinuxOptions.user`,
      rule: 'SELinux',
    },
    {
      task: inContext({ seLinuxOptions: { role: 'r' } }),
      path: `${at}.seLinuxOptions.role`,
      rule: 'SELinux',
    },
    {
      task: inContext({ seccompProfile: { type: 'Unconfined' } }),
      path: `${at}.seccompProfile.type`,
      rule: 'Seccomp',
    },
    {
      task: inContext({ appArmorProfile: { type: 'Unconfined' } }),
      path: `${at}.appArmorProfile.type`,
      rule: 'AppArmor',
    },
    {
      task: inContext({ windowsOptions: { hostProcess: true } }),
      path: `${at}.windowsOptions.hostProcess`,
      rule: 'HostProcess',
    },
    {
      task: inContainer({ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] }),
      path: 'init_containers.0.ports.1.hostPort',
      rule: 'Host Ports',
    },
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map(probe => ({
      task: inContainer({ [probe]: { httpGet: { port: 80, host: '169.254.169.254' } } }),
      path: `init_containers.0.${probe}.httpGet.host`,
      rule: 'Host Probes / Lifecycle Hooks',
    })),
    ...['postStart', 'preStop'].map(hook => ({
      task: inContainer({ lifecycle: { [hook]: { tcpSocket: { port: 80, host: 'node' } } } }),
      path: `init_containers.0.lifecycle.${hook}.tcpSocket.host`,
      rule: 'Host Probes / Lifecycle Hooks',
    })),
    {
      task: { annotations: { [apparmor]: 'unconfined' } },
      path: `annotations.${apparmor}`,
      rule: 'AppArmor',
    },
  ])('$path', ({ task, path, rule }) => {
    expect(baselineProblems(task)).toEqual([refused(path, rule)]);
  });

  test('everything that is wrong is told, in every container', () => {
    const context = { privileged: true, seLinuxOptions: { user: 'u', role: 'r', type: 't' } };
    const task = { init_containers: [{}, { securityContext: context }, { ports: [{ hostPort: 1 }] }] };
    const paths = baselineProblems(task).map(problem => problem.path);
    expect(paths).toEqual([
      'init_containers.1.securityContext.privileged',
      'init_containers.1.securityContext.seLinuxOptions.type',
      'init_containers.1.securityContext.seLinuxOptions.user',
      'init_containers.1.securityContext.seLinuxOptions.role',
      'init_containers.2.ports.0.hostPort',
    ]);
  });
});

describe('allowed', () => {
  test.each<{ name: string; task: Record<string, unknown> }>([
    { name: 'nothing at all', task: {} },
    {
      name: 'other volumes',
      task: {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', hostPath: null },
        ],
      },
    },
    {
      name: 'a careful container',
      task: inContext({
        privileged: false,
        procMount: 'Default',
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'SETPCAP'] },
        seLinuxOptions: { type: 'container_t', level: 's0:c1' },
        seccompProfile: { type: 'RuntimeDefault' },
        appArmorProfile: { type: 'Localhost' },
        windowsOptions: { hostProcess: false },
      }),
    },
    { name: 'empty options', task: inContext({ seLinuxOptions: {}, capabilities: {}, windowsOptions: {} }) },
    {
      name: 'a probe of the container itself',
      task: inContainer({
        livenessProbe: { httpGet: { port: 80 } },
        lifecycle: { preStop: { tcpSocket: { port: 80, host: '' } } },
        ports: [{ containerPort: 80, hostPort: 0 }],
      }),
    },
    { name: 'the default AppArmor profile', task: { annotations: { [apparmor]: 'runtime/default' } } },
    { name: 'an AppArmor profile of the node', task: { annotations: { [apparmor]: 'localhost/mine' } } },
    { name: 'no AppArmor profile', task: { annotations: { [apparmor]: '' } } },
    { name: 'values of other types', task: { annotations: 'x', volumes: 5, init_containers: ['x', null] } },
  ])('$name', ({ task }) => {
    expect(baselineProblems(task)).toEqual([]);
  });
});
