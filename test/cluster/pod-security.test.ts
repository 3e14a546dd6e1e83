import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { podProblems } from '../../functions/launch/policy/pod-problems.ts';
import type { PodSecurityLevel } from '../../shared/policy.ts';
import { clusterEnvironment } from './support/environment.ts';
import { Namespace } from './support/namespace.ts';

const levels = ['baseline', 'restricted'] as const;
type Level = (typeof levels)[number];
type Fields = Record<string, unknown>;

const suffix = randomBytes(4).toString('hex');
const { kubeconfig } = clusterEnvironment();
const namespaces: Record<Level, Namespace> = {
  baseline: new Namespace(kubeconfig, `taskpod-pss-baseline-${suffix}`),
  restricted: new Namespace(kubeconfig, `taskpod-pss-restricted-${suffix}`),
};

beforeAll(async () => {
  await Promise.all(
    levels.map(level => namespaces[level].create({ 'pod-security.kubernetes.io/enforce': level })),
  );
}, 60_000);
afterAll(async () => {
  await Promise.all(levels.map(level => namespaces[level].cleanUp()));
});

const careful = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

interface Parts {
  metadata?: Fields;
  spec?: Fields;
  container?: Fields;
  /** In place of what a careful container has. */
  context?: Fields;
}

function makePod({ metadata = {}, spec = {}, container = {}, context = {} }: Parts): {
  metadata: Fields;
  spec: Fields;
} {
  const securityContext = { ...careful, ...context };
  return {
    metadata: { name: 'pss', ...metadata },
    spec: { containers: [{ name: 'base', image: 'busybox', securityContext, ...container }], ...spec },
  };
}

const port = 80;
const capability = (name: string): Parts => ({ context: { capabilities: { drop: ['ALL'], add: [name] } } });
const inPod = (securityContext: Fields): Parts => ({ spec: { securityContext } });
const volume = (source: Fields): Parts => ({ spec: { volumes: [{ name: 'v', ...source }] } });

const sysctls = [
  'kernel.shm_rmid_forced',
  'kernel.msgmax',
  'net.core.somaxconn',
  'net.ipv4.ip_forward',
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
const capabilities = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT', 'NET_RAW', 'SYS_ADMIN', 'ALL', 'CAP_CHOWN'],
];
const volumes: Fields[] = [
  {},
  { configMap: { name: 'a' } },
  { csi: { driver: 'd' } },
  { downwardAPI: { items: [] } },
  { emptyDir: {} },
  { ephemeral: { volumeClaimTemplate: { spec: claimSpec() } } },
  { persistentVolumeClaim: { claimName: 'a' } },
  { projected: { sources: [] } },
  { secret: { secretName: 'a' } },
  { hostPath: { path: '/' } },
  { nfs: { server: 's', path: '/' } },
  { gcePersistentDisk: { pdName: 'a' } },
  { iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } },
];

function claimSpec(): Fields {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
}

const cases: Parts[] = [
  {},
  ...['hostNetwork', 'hostPID', 'hostIPC'].flatMap(field => [
    { spec: { [field]: true } },
    { spec: { [field]: false } },
  ]),
  { context: { privileged: true, allowPrivilegeEscalation: undefined } },
  ...capabilities.map(capability),
  ...volumes.map(volume),
  { container: { ports: [{ containerPort: port, hostPort: port }] } },
  { container: { ports: [{ containerPort: port }] } },
  { container: { livenessProbe: { httpGet: { port, host: '10.0.0.1' } } } },
  { container: { readinessProbe: { tcpSocket: { port, host: 'localhost' } } } },
  { container: { startupProbe: { httpGet: { port } } } },
  { container: { lifecycle: { postStart: { httpGet: { port, host: '127.0.0.1' } } } } },
  { container: { lifecycle: { preStop: { tcpSocket: { port, host: 'a' } } } } },
  ...['Unconfined', 'RuntimeDefault'].flatMap(type => [
    { context: { seccompProfile: { type } } },
    { context: { appArmorProfile: { type } } },
    inPod({ seccompProfile: { type } }),
    inPod({ appArmorProfile: { type } }),
    { ...inPod({ seccompProfile: { type } }), context: { seccompProfile: undefined } },
  ]),
  { context: { seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } } },
  { context: { seccompProfile: undefined } },
  ...['unconfined', 'runtime/default', 'localhost/mine'].map(profile => ({
    metadata: { annotations: { 'container.apparmor.security.beta.kubernetes.io/base': profile } },
  })),
  ...['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', 'spc_t'].flatMap(
    type => [{ context: { seLinuxOptions: { type } } }, inPod({ seLinuxOptions: { type } })],
  ),
  { context: { seLinuxOptions: { user: 'u' } } },
  { context: { seLinuxOptions: { role: 'r' } } },
  { context: { seLinuxOptions: { level: 's0:c1,c2' } } },
  { context: { procMount: 'Default' } },
  ...sysctls.map(name => inPod({ sysctls: [{ name, value: '1' }] })),
  { context: { runAsNonRoot: undefined } },
  { context: { runAsNonRoot: false } },
  { ...inPod({ runAsNonRoot: true }), context: { runAsNonRoot: undefined } },
  { ...inPod({ runAsNonRoot: true }), context: { runAsNonRoot: false } },
  inPod({ runAsNonRoot: false }),
  { context: { runAsUser: 0, runAsNonRoot: undefined } },
  { context: { runAsUser: 1 } },
  inPod({ runAsUser: 0 }),
  { context: { allowPrivilegeEscalation: undefined } },
  { context: { allowPrivilegeEscalation: true } },
  { context: { capabilities: undefined } },
  { context: { capabilities: { drop: ['NET_RAW'] } } },
  { container: { securityContext: undefined } },
  { spec: { initContainers: [{ name: 'i', image: 'busybox' }] } },
  { spec: { initContainers: [{ name: 'i', image: 'busybox', securityContext: careful }] } },
  { spec: { initContainers: [{ name: 'i', image: 'busybox', securityContext: { privileged: true } }] } },
  { spec: { os: { name: 'windows' } }, container: { securityContext: { runAsNonRoot: true } } },
  { spec: { os: { name: 'windows' } }, container: { securityContext: {} } },
  {
    spec: { os: { name: 'windows' }, hostNetwork: true },
    container: { securityContext: { windowsOptions: { hostProcess: true }, runAsNonRoot: true } },
  },
];

/** JSON as it is sent: without what is undefined. */
function asSent(pod: unknown): V1Pod {
  return JSON.parse(JSON.stringify(pod));
}

/** A Pod that is wrong in another way as well would prove nothing: the answer itself stands for a verdict then. */
function verdictOf(answer: string | undefined): string {
  if (answer === undefined) return 'taken';
  return answer.includes('violates PodSecurity') ? 'refused' : answer;
}

describe.each(levels)('"%s" as the API server has it', level => {
  test('and as launch has it', async () => {
    const policy = { podSecurity: level satisfies PodSecurityLevel, volumes: undefined };
    const verdicts = await Promise.all(
      cases.map(async parts => {
        const pod = makePod(parts);
        const said = await namespaces[level].refusalOf(asSent(pod));
        const { refused } = podProblems({ ...pod, sourceOf: path => path }, { task: {}, given: {}, policy });
        return { parts, server: verdictOf(said), launch: refused.length > 0 ? 'refused' : 'taken' };
      }),
    );
    expect(verdicts.filter(({ server, launch }) => server !== launch)).toEqual([]);
    expect(verdicts.filter(({ launch }) => launch === 'refused').length).toBeGreaterThan(25);
  }, 120_000);
});
