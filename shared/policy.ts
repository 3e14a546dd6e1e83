import { z } from 'zod';

const podSecurityLevels = ['privileged', 'baseline', 'restricted'] as const;
/** The Pod Security Standards, from the laxest to the strictest. */
export type PodSecurityLevel = (typeof podSecurityLevels)[number];

/** What a deployment lets its tasks use. A list that is absent allows what docs/policy.md says. */
export interface Policy {
  podSecurity: PodSecurityLevel;
  /** Exact names. */
  namespaces?: readonly string[] | undefined;
  /** `NAME` or `NAMESPACE/NAME`, with `*`. */
  serviceAccounts?: readonly string[] | undefined;
  /** `HOST/REPOSITORY[:TAG][@DIGEST]`, with `*`. */
  images?: readonly string[] | undefined;
  /** Fields of Kubernetes' Volume, such as `configMap`. */
  volumes?: readonly string[] | undefined;
  /** `NAME` or `NAMESPACE/NAME`, with `*`. */
  secrets?: readonly string[] | undefined;
  /** Names with `*`. */
  priorityClasses?: readonly string[] | undefined;
}

/** What holds where no deployment is known: everything but what the Pod Security Standard "baseline" refuses. */
export const openPolicy: Policy = { podSecurity: 'baseline' };

/** Every kind of volume that Kubernetes has, as a Volume's field. */
const volumeKinds = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'glusterfs',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'photonPersistentDisk',
  'portworxVolume',
  'projected',
  'quobyte',
  'rbd',
  'scaleIO',
  'secret',
  'storageos',
  'vsphereVolume',
];

const listOf = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform(text => text.split(',').map(part => part.trim()))
    .pipe(z.array(item).min(1));
const nameInNamespace = z
  .string()
  .regex(/^([a-z0-9*-]+\/)?[a-z0-9.*-]+$/, 'must be names, or NAMESPACE/NAME, with * for any text');

/** The variables that make up the policy, but for TASKPOD_NAMESPACES; see config.ts. */
export const policyVariables = {
  TASKPOD_POD_SECURITY: {
    schema: z.enum(podSecurityLevels, `must be one of: ${podSecurityLevels.join(', ')}`),
    default: 'baseline',
    meaning: 'Pod Security Standard that every Pod must meet: `privileged`, `baseline` or `restricted`.',
  },
  TASKPOD_SERVICE_ACCOUNTS: {
    schema: listOf(nameInNamespace),
    default: '',
    meaning:
      'Comma-separated service accounts that tasks may run as, `NAME` or `NAMESPACE/NAME`, with `*`; none: any.',
  },
  TASKPOD_IMAGES: {
    schema: listOf(
      z
        .string()
        .regex(
          /^(?=[^/]*[.:]|localhost\/)[A-Za-z0-9.:*[\]-]+\/[a-z0-9._*/-]+(:[\w.*-]+)?(@[\w:*-]+)?$/,
          'must be images with the host of their registry, such as docker.io/library/busybox or europe-docker.pkg.dev/my-project/*',
        ),
    ),
    default: '',
    meaning:
      'Comma-separated images that Pods may use, such as `europe-docker.pkg.dev/my-project/*`; none: any.',
  },
  TASKPOD_VOLUMES: {
    schema: listOf(z.enum(volumeKinds, `must be kinds of volumes: ${volumeKinds.join(', ')}`)),
    default: '',
    meaning:
      'Comma-separated kinds of volumes that Pods may use, such as `configMap`; none: any but `hostPath`.',
  },
  TASKPOD_SECRETS: {
    schema: listOf(nameInNamespace),
    default: '',
    meaning:
      'Comma-separated Secrets that Pods may name, `NAME` or `NAMESPACE/NAME`, with `*`; none: any in their namespace.',
  },
  TASKPOD_PRIORITY_CLASSES: {
    schema: listOf(z.string().regex(/^[a-z0-9.*-]+$/, 'must be names, with * for any text')),
    default: '',
    meaning: 'Comma-separated priority classes that Pods may have, with `*`; none: any but `system-*`.',
  },
};
