import type { V1Container, V1PodSpec } from '@kubernetes/client-node';

/** A Pod that ends, or gets stuck, in one certain way. */
export interface CaptureCase {
  /** Name of the fixture. */
  name: string;
  spec: V1PodSpec;
  /** What is told when it is seen; default: the Pod's last phase. A list is the reasons that its containers wait for. */
  until?: 'running' | 'unscheduled' | readonly string[];
  /** Milliseconds for which it stays in that state before it is taken; default 0. */
  settleMs?: number;
  /** Deletes the running Pod with this grace period, and takes what the watch tells last. */
  deleteWithin?: number;
}

const image = 'busybox:1.35';

/** shell is a container that runs a script. */
export function shell(name: string, script: string, more: Partial<V1Container> = {}): V1Container {
  return { name, image, command: ['sh', '-c', script], ...more };
}

function base(script: string, more: Partial<V1Container> = {}): V1PodSpec {
  return { restartPolicy: 'Never', containers: [shell('base', script, more)] };
}

function pulls(from: string): V1PodSpec {
  return base('', { image: from, imagePullPolicy: 'Always' });
}

const eatMemory = 'head -c 300m /dev/zero | tail';
const littleMemory = { resources: { limits: { memory: '24Mi' } } };
const waitsForPull = ['ErrImagePull', 'ImagePullBackOff'];
const waitsForConfig = ['CreateContainerConfigError'];
const env = (valueFrom: object): Partial<V1Container> => ({ env: [{ name: 'A', valueFrom }] });
const volume = (source: object): V1PodSpec => ({
  ...base('true', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
  volumes: [{ name: 'v', ...source }],
});
const mount = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };

/** captureCases are the Pods of the fixtures that one node and one namespace can cause; `registry` is a faulty one's host. */
export function captureCases(registry: string): CaptureCase[] {
  return [
    { name: 'exit-0', spec: base('true') },
    { name: 'exit-3', spec: base('echo broken; exit 3') },
    { name: 'exit-3-with-message', spec: base('echo disk full > /dev/termination-log; exit 3') },
    { name: 'exit-126-not-executable', spec: base('/etc/passwd') },
    { name: 'exit-127-unknown-command', spec: base('no-such-command') },
    { name: 'killed-by-sigkill', spec: base("sh -c 'kill -9 $$$$'; exit $?") },
    { name: 'killed-by-sigsegv', spec: base("sh -c 'kill -SEGV $$$$'; exit $?") },
    { name: 'oom-killed', spec: base(`exec ${eatMemory.split('|')[0]}| tail`, littleMemory) },
    { name: 'oom-killed-child', spec: base(`(${eatMemory}); sleep 1; echo survived; exit 5`, littleMemory) },
    {
      name: 'oom-killed-child-base-succeeded',
      spec: base(`(${eatMemory}); sleep 1; exit 0`, littleMemory),
    },
    {
      name: 'oom-killed-init',
      spec: { ...base('true'), initContainers: [shell('fetch', eatMemory, littleMemory)] },
    },
    {
      name: 'init-exit-7',
      spec: { ...base('true'), initContainers: [shell('fetch', 'echo no route; exit 7')] },
    },
    {
      name: 'deadline-exceeded',
      spec: { ...base('sleep 60'), activeDeadlineSeconds: 2, terminationGracePeriodSeconds: 1 },
    },
    {
      name: 'deadline-exceeded-before-start',
      spec: { ...pulls(`${registry}/answers-503/x:1`), activeDeadlineSeconds: 3 },
    },
    {
      name: 'deleted-while-running',
      spec: base('trap "exit 143" TERM; sleep 60 & wait'),
      until: 'running',
      deleteWithin: 10,
    },
    { name: 'deleted-by-force', spec: base('sleep 60'), until: 'running', deleteWithin: 0 },
    {
      name: 'deleted-before-start',
      spec: base('true', env({ secretKeyRef: { name: 'none', key: 'k' } })),
      until: waitsForConfig,
      deleteWithin: 1,
    },
    {
      name: 'extra-container-failed',
      spec: { ...base('true'), containers: [shell('base', 'true'), shell('uploader', 'sleep 1; exit 4')] },
    },
    {
      name: 'extra-container-oom-killed',
      spec: {
        ...base('true'),
        containers: [shell('base', 'true'), shell('uploader', eatMemory, littleMemory)],
      },
    },
    {
      name: 'base-failed-beside-a-good-one',
      spec: { ...base('exit 3'), containers: [shell('base', 'exit 3'), shell('uploader', 'sleep 1')] },
    },
    {
      name: 'sidecar-failed-base-succeeded',
      spec: {
        ...base('sleep 2'),
        initContainers: [shell('proxy', 'trap "exit 9" TERM; sleep 60 & wait', { restartPolicy: 'Always' })],
      },
    },
    { name: 'image-not-found', spec: pulls('lab.test/no-such-image:1'), until: ['ErrImagePull'] },
    {
      name: 'image-not-found-back-off',
      spec: pulls('lab.test/no-such-image:2'),
      until: ['ImagePullBackOff'],
    },
    {
      name: 'image-not-found-init',
      spec: {
        ...base('true'),
        initContainers: [shell('fetch', '', { image: 'lab.test/no-such:1', imagePullPolicy: 'Always' })],
      },
      until: waitsForPull,
    },
    { name: 'image-unauthorized', spec: pulls(`${registry}/answers-401/x:1`), until: ['ErrImagePull'] },
    { name: 'image-forbidden', spec: pulls(`${registry}/answers-403/x:1`), until: ['ErrImagePull'] },
    { name: 'image-token-unauthorized', spec: pulls(`${registry}/token-401/x:1`), until: ['ErrImagePull'] },
    { name: 'image-token-forbidden', spec: pulls(`${registry}/token-403/x:1`), until: ['ImagePullBackOff'] },
    { name: 'registry-rate-limited', spec: pulls(`${registry}/answers-429/x:1`), until: ['ErrImagePull'] },
    { name: 'registry-unavailable', spec: pulls(`${registry}/answers-503/x:1`), until: ['ImagePullBackOff'] },
    { name: 'registry-token-unavailable', spec: pulls(`${registry}/token-503/x:1`), until: ['ErrImagePull'] },
    { name: 'invalid-image-name', spec: pulls('Not A Name'), until: ['InvalidImageName'] },
    {
      name: 'image-never-pulled',
      spec: base('', { image: 'lab.test/absent:1', imagePullPolicy: 'Never' }),
      until: ['ErrImageNeverPull'],
    },
    {
      name: 'secret-missing',
      spec: base('true', env({ secretKeyRef: { name: 'none', key: 'k' } })),
      until: waitsForConfig,
    },
    {
      name: 'secret-missing-twice-tried',
      spec: base('true', env({ secretKeyRef: { name: 'none', key: 'k' } })),
      until: waitsForConfig,
      settleMs: 18_000,
    },
    {
      name: 'secret-key-missing',
      spec: base('true', env({ secretKeyRef: { name: 'there', key: 'k' } })),
      until: waitsForConfig,
    },
    {
      name: 'secret-missing-env-from',
      spec: base('true', { envFrom: [{ secretRef: { name: 'none' } }] }),
      until: waitsForConfig,
    },
    {
      name: 'config-map-missing',
      spec: base('true', env({ configMapKeyRef: { name: 'none', key: 'k' } })),
      until: waitsForConfig,
    },
    {
      name: 'config-map-key-missing',
      spec: base('true', env({ configMapKeyRef: { name: 'there', key: 'k' } })),
      until: waitsForConfig,
    },
    {
      name: 'config-map-missing-init',
      spec: {
        ...base('true'),
        initContainers: [shell('fetch', '', { envFrom: [{ configMapRef: { name: 'none' } }] })],
      },
      until: waitsForConfig,
    },
    {
      name: 'run-as-non-root-refused',
      spec: base('true', { securityContext: { runAsNonRoot: true } }),
      until: waitsForConfig,
    },
    {
      name: 'secret-volume-missing',
      spec: volume({ secret: { secretName: 'none' } }),
      until: ['ContainerCreating'],
      settleMs: 5_000,
    },
    {
      name: 'secret-volume-key-missing',
      spec: volume({ secret: { secretName: 'there', items: [{ key: 'k', path: 'p' }] } }),
      until: ['ContainerCreating'],
      settleMs: 5_000,
    },
    {
      name: 'config-map-volume-missing',
      spec: volume({ configMap: { name: 'none' } }),
      until: ['ContainerCreating'],
      settleMs: 5_000,
    },
    {
      name: 'volume-not-mountable',
      spec: volume({ hostPath: { path: '/no/such/folder', type: 'Directory' } }),
      until: ['ContainerCreating'],
      settleMs: 5_000,
    },
    {
      name: 'claim-missing',
      spec: volume({ persistentVolumeClaim: { claimName: 'none' } }),
      until: 'unscheduled',
    },
    {
      name: 'start-error-no-command',
      spec: { ...base(''), containers: [{ name: 'base', image, command: ['no-such-command'] }] },
    },
    {
      name: 'start-error-not-executable',
      spec: { ...base(''), containers: [{ name: 'base', image, command: ['/etc/passwd'] }] },
    },
    { name: 'start-error-working-dir', spec: base('true', { workingDir: '/etc/passwd' }) },
    {
      name: 'start-error-init',
      spec: { ...base('true'), initContainers: [{ name: 'fetch', image, command: ['no-such-command'] }] },
    },
    {
      name: 'liveness-probe-failed',
      spec: {
        ...base('sleep 60', {
          livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 },
        }),
        terminationGracePeriodSeconds: 1,
      },
    },
    {
      name: 'unschedulable-cpu',
      spec: base('true', { resources: { requests: { cpu: '5000' } } }),
      until: 'unscheduled',
    },
    {
      name: 'unschedulable-node-selector',
      spec: { ...base('true'), nodeSelector: { 'no.such/label': 'x' } },
      until: 'unscheduled',
    },
    {
      name: 'scheduling-gated',
      spec: { ...base('true'), schedulingGates: [{ name: 'example.com/gate' }] },
      until: 'unscheduled',
    },
    {
      name: 'evicted-ephemeral-storage',
      spec: base('dd if=/dev/zero of=/big bs=1M count=60; sleep 90', {
        resources: { limits: { 'ephemeral-storage': '20Mi' } },
      }),
    },
    {
      name: 'evicted-empty-dir',
      spec: {
        ...volume({ emptyDir: { sizeLimit: '10Mi' } }),
        containers: [shell('base', 'dd if=/dev/zero of=/v/big bs=1M count=60; sleep 90', mount)],
      },
    },
  ];
}
