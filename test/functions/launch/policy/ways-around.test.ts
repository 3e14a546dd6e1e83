import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../../shared/policy.ts';
import { judgeTask, type Surroundings } from './judge-task.ts';

const policy: Policy = {
  podSecurity: 'baseline',
  namespaces: ['tasks'],
  serviceAccounts: ['etl'],
  images: ['europe-docker.pkg.dev/my-project/*'],
  volumes: ['configMap', 'emptyDir', 'projected', 'secret'],
  secrets: ['db'],
};
const image = 'europe-docker.pkg.dev/my-project/repo/image';
const good = { image, service_account_name: 'etl' };
const digest = `sha256:${'0'.repeat(64)}`;

type Keys = Record<string, unknown>;
interface Way {
  way: string;
  keys: Keys;
  surroundings?: Surroundings;
  /** Where the rule that stops it points to. */
  path: string;
}
const inSpec = (spec: Keys): Keys => ({ full_pod_spec: { spec } });
const inBase = (container: Keys): Keys => inSpec({ containers: [container] });
const beside = (container: Keys): Keys =>
  inSpec({ containers: [{}, { name: 'helper', image, ...container }] });
const before = (container: Keys): Keys => ({ init_containers: [{ name: 'first', image, ...container }] });
const withImage = (text: string): Keys => ({ image: text });
const privileged = { securityContext: { privileged: true } };
const full = 'full_pod_spec.spec';

const images: Way[] = [
  ['a longer host', 'europe-docker.pkg.dev.evil.com/my-project/repo/image'],
  ['a host with something before it', 'evil-europe-docker.pkg.dev/my-project/repo/image'],
  ['a host as another’s path', 'evil.com/europe-docker.pkg.dev/my-project/image'],
  ['a project that begins alike', 'europe-docker.pkg.dev/my-project-evil/repo/image'],
  ['another port', 'europe-docker.pkg.dev:8443/my-project/repo/image'],
  ['no host, which is Docker Hub', 'my-project/repo/image'],
  ['a host that is none', 'europe-docker/my-project/image'],
  ['the same path on another registry', 'us-docker.pkg.dev/my-project/repo/image'],
  ['a digest of an image elsewhere', `evil/image@${digest}`],
  ['an allowed name as a tag', 'evil/image:europe-docker.pkg.dev'],
].map(([way = '', text = '']) => ({ way, keys: withImage(text), path: 'image' }));

const ways: Way[] = [
  ...images,
  { way: 'an init container’s image', keys: before({ image: 'evil/x' }), path: 'init_containers.0.image' },
  {
    way: 'a second container’s image',
    keys: beside({ image: 'evil/x' }),
    path: `${full}.containers.1.image`,
  },
  {
    way: 'an image in the lowest layer',
    keys: { image: null, pod_template_dict: { spec: { containers: [{ image: 'evil/x' }] } } },
    path: 'pod_template_dict.spec.containers.0.image',
  },
  {
    way: 'an image in a template file',
    keys: { image: null, pod_template_file: 'a.yaml' },
    surroundings: { template: { spec: { containers: [{ image: 'evil/x' }] } } },
    path: 'pod_template_file.spec.containers.0.image',
  },
  {
    way: 'an image as a volume',
    keys: { volumes: [{ name: 'a', image: { reference: 'evil/x' } }] },
    path: 'volumes.0.image.reference',
  },
  {
    way: 'the sidecar’s image, from a connection',
    keys: { do_xcom_push: true },
    surroundings: { connection: { xcomSidecarImage: 'evil/x' } },
    path: 'kubernetes_conn_id',
  },
  {
    way: 'a container that calls itself the sidecar',
    keys: { do_xcom_push: true, ...before({ name: 'airflow-xcom-sidecar', image: 'evil/x' }) },
    path: 'init_containers.0.image',
  },
  {
    way: 'a main container that calls itself the sidecar',
    keys: beside({ name: 'airflow-xcom-sidecar', ...privileged }),
    path: `${full}.containers.1.securityContext.privileged`,
  },
  {
    way: 'a base container that calls itself the sidecar',
    keys: { base_container_name: 'airflow-xcom-sidecar', ...inBase(privileged) },
    path: `${full}.containers.0.securityContext.privileged`,
  },
  {
    way: 'a security context for the sidecar',
    keys: { do_xcom_push: true, xcom_sidecar_container_security_context: { privileged: true } },
    path: 'xcom_sidecar_container_security_context.privileged',
  },
  {
    way: 'a security context for the sidecar, from a connection',
    keys: { do_xcom_push: true },
    surroundings: { connection: { xcomSidecarSecurityContext: { privileged: true } } },
    path: 'kubernetes_conn_id.privileged',
  },
  {
    way: 'privileged in full_pod_spec',
    keys: inBase(privileged),
    path: `${full}.containers.0.securityContext.privileged`,
  },
  {
    way: 'privileged in an init container',
    keys: before(privileged),
    path: 'init_containers.0.securityContext.privileged',
  },
  {
    way: 'privileged in an ephemeral container',
    keys: inSpec({ ephemeralContainers: [{ name: 'debug', image, ...privileged }] }),
    path: `${full}.ephemeralContainers.0.securityContext.privileged`,
  },
  {
    way: 'privileged in a template file',
    keys: { pod_template_file: 'a.yaml' },
    surroundings: { template: { spec: { containers: [privileged] } } },
    path: 'pod_template_file.spec.containers.0.securityContext.privileged',
  },
  {
    way: 'a capability',
    keys: { container_security_context: { capabilities: { add: ['SYS_ADMIN'] } } },
    path: 'container_security_context.capabilities.add.0',
  },
  {
    way: 'a capability by another spelling',
    keys: { container_security_context: { capabilities: { add: ['CAP_SYS_ADMIN'] } } },
    path: 'container_security_context.capabilities.add.0',
  },
  { way: 'the host’s network', keys: { hostnetwork: true }, path: 'hostnetwork' },
  { way: 'the host’s network in a layer', keys: inSpec({ hostNetwork: true }), path: `${full}.hostNetwork` },
  { way: 'the host’s processes', keys: inSpec({ hostPID: true }), path: `${full}.hostPID` },
  { way: 'the host’s shared memory', keys: inSpec({ hostIPC: true }), path: `${full}.hostIPC` },
  {
    way: 'a port of the host',
    keys: { ports: [{ containerPort: 80, hostPort: 80 }] },
    path: 'ports.0.hostPort',
  },
  {
    way: 'a probe of the node’s metadata',
    keys: beside({ livenessProbe: { httpGet: { port: 80, host: '169.254.169.254' } } }),
    path: `${full}.containers.1.livenessProbe.httpGet.host`,
  },
  {
    way: 'a hook that calls elsewhere',
    keys: inBase({ lifecycle: { postStart: { httpGet: { port: 80, host: '10.0.0.1' } } } }),
    path: `${full}.containers.0.lifecycle.postStart.httpGet.host`,
  },
  {
    way: 'a folder of the host',
    keys: { volumes: [{ name: 'a', hostPath: { path: '/' } }] },
    path: 'volumes.0.hostPath',
  },
  {
    way: 'a folder of the host beside another source',
    keys: { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/' } }] },
    path: 'volumes.0.hostPath',
  },
  {
    way: 'a folder of the host as the volume of the XCom',
    keys: { do_xcom_push: true, volumes: [{ name: 'xcom', hostPath: { path: '/' } }] },
    path: 'volumes.0.hostPath',
  },
  {
    way: 'a CSI driver',
    keys: { volumes: [{ name: 'a', csi: { driver: 'secrets-store.csi.k8s.io' } }] },
    path: 'volumes.0.csi',
  },
  {
    way: 'a claim that is made for the Pod',
    keys: { volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { spec: {} } } }] },
    path: 'volumes.0.ephemeral',
  },
  {
    way: 'a server of files',
    keys: inSpec({ volumes: [{ name: 'a', nfs: { server: 'nfs', path: '/' } }] }),
    path: `${full}.volumes.0.nfs`,
  },
  { way: 'another namespace', keys: { namespace: 'kube-system' }, path: 'namespace' },
  {
    way: 'another namespace in a layer',
    keys: { full_pod_spec: { metadata: { namespace: 'kube-system' } } },
    path: 'full_pod_spec.metadata.namespace',
  },
  {
    way: 'another namespace, from a connection',
    keys: {},
    surroundings: { connection: { namespace: 'kube-system' } },
    path: 'kubernetes_conn_id',
  },
  { way: 'another service account', keys: { service_account_name: 'admin' }, path: 'service_account_name' },
  {
    way: 'the namespace’s own service account, by silence',
    keys: { service_account_name: '' },
    path: 'service_account_name',
  },
  {
    way: 'another service account by its old name',
    keys: inSpec({ serviceAccount: 'admin' }),
    path: `${full}.serviceAccount`,
  },
  {
    way: 'a Secret as a variable of an init container',
    keys: before({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'admin', key: 'k' } } }] }),
    path: 'init_containers.0.env.0.valueFrom.secretKeyRef.name',
  },
  {
    way: 'a Secret in a projected volume',
    keys: { volumes: [{ name: 'a', projected: { sources: [{ secret: { name: 'admin' } }] } }] },
    path: 'volumes.0.projected.sources.0.secret.name',
  },
  {
    way: 'a Secret to pull images with',
    keys: { image_pull_secrets: [{ name: 'admin' }] },
    path: 'image_pull_secrets.0.name',
  },
  {
    way: 'a priority of the system',
    keys: { priority_class_name: 'system-node-critical' },
    path: 'priority_class_name',
  },
  { way: 'a node by its name', keys: inSpec({ nodeName: 'node-1' }), path: `${full}.nodeName` },
  {
    way: 'a kernel setting',
    keys: { security_context: { sysctls: [{ name: 'kernel.core_pattern', value: '|/evil' }] } },
    path: 'security_context.sysctls.0.name',
  },
  {
    way: 'no profile for system calls, for the whole Pod',
    keys: { security_context: { seccompProfile: { type: 'Unconfined' } } },
    path: 'security_context.seccompProfile.type',
  },
  {
    way: 'no AppArmor, by annotation',
    keys: { annotations: { 'container.apparmor.security.beta.kubernetes.io/base': 'unconfined' } },
    path: 'annotations.container.apparmor.security.beta.kubernetes.io/base',
  },
  {
    way: 'another SELinux type',
    keys: { security_context: { seLinuxOptions: { type: 'spc_t' } } },
    path: 'security_context.seLinuxOptions.type',
  },
  {
    way: 'an unmasked /proc',
    keys: { container_security_context: { procMount: 'Unmasked' } },
    path: 'container_security_context.procMount',
  },
  {
    way: 'a process of the Windows host',
    keys: { security_context: { windowsOptions: { hostProcess: true } } },
    path: 'security_context.windowsOptions.hostProcess',
  },
];

/** What no deployment can allow, because Taskpod itself depends on it. */
const never: Way[] = [
  {
    way: 'the annotation that a Turn believes',
    keys: { annotations: { 'taskpod.dev/run': '{}' } },
    path: 'annotations.taskpod.dev/run',
  },
  {
    way: 'the label that a Turn looks for, in a layer',
    keys: { full_pod_spec: { metadata: { labels: { 'taskpod.dev/scope': 'x' } } } },
    path: 'full_pod_spec.metadata.labels.taskpod.dev/scope',
  },
  {
    way: 'a Pod that cannot be deleted',
    keys: { full_pod_spec: { metadata: { finalizers: ['evil.com/stay'] } } },
    path: 'full_pod_spec.metadata.finalizers',
  },
  {
    way: 'a Pod that another object owns',
    keys: {
      full_pod_spec: {
        metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' }] },
      },
    },
    path: 'full_pod_spec.metadata.ownerReferences',
  },
];

const paths = (lines: readonly string[]): string[] => lines.map(line => line.slice(0, line.indexOf(': ')));

describe('ways around the policy', () => {
  test('there is a task that passes', () => {
    expect(judgeTask({ ...good, do_xcom_push: true }, { policy })).toEqual({ invalid: [], refused: [] });
  });

  test('are many, each once', () => {
    expect(ways.length + never.length).toBeGreaterThanOrEqual(40);
    expect(new Set([...ways, ...never].map(({ way }) => way)).size).toBe(ways.length + never.length);
  });

  test.each(ways)('$way', ({ keys, surroundings, path }) => {
    expect(paths(judgeTask({ ...good, ...keys }, { policy, ...surroundings }).refused)).toContain(path);
  });

  test.each(never)('$way', ({ keys, path }) => {
    expect(paths(judgeTask({ ...good, ...keys }, { policy }).invalid)).toEqual([path]);
  });
});

describe('what is free', () => {
  test.each<Keys>([
    { automount_service_account_token: true },
    {
      volumes: [
        {
          name: 'a',
          projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] },
        },
      ],
    },
    inSpec({ shareProcessNamespace: true }),
    { tolerations: [{ operator: 'Exists' }], node_selector: { disk: 'ssd' } },
    {
      runtime_class_name: 'gvisor',
      schedulername: 'mine',
      host_aliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
    },
    { secrets: [{ deploy_type: 'env', secret: 'db' }], volumes: [{ name: 'a', configMap: { name: 'any' } }] },
  ])('%j', keys => {
    expect(judgeTask({ ...good, ...keys }, { policy })).toEqual({ invalid: [], refused: [] });
  });
});
