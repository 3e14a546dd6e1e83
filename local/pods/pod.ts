import { z } from 'zod';
import type { ContainerStatus, PodCondition, PodStatus } from '../../shared/kubernetes/pod.ts';
import type { ObjectMeta } from './api/resource-store.ts';

const text = z.string();
const flag = z.boolean();
const texts = z.record(text, text);
const keyRef = z.looseObject({ name: text.default(''), key: text, optional: flag.optional() });
const fieldRef = z.looseObject({ fieldPath: text });
const resourceFieldRef = z.looseObject({
  containerName: text.optional(),
  resource: text,
  divisor: z.union([text, z.number()]).optional(),
});
const item = z.looseObject({ key: text, path: text, mode: z.number().optional() });
const sourceRef = { items: z.array(item).optional(), optional: flag.optional() };
const mode = { defaultMode: z.number().optional() };

const envVar = z.looseObject({
  name: text.default(''),
  value: text.optional(),
  valueFrom: z
    .looseObject({
      fieldRef: fieldRef.optional(),
      resourceFieldRef: resourceFieldRef.optional(),
      secretKeyRef: keyRef.optional(),
      configMapKeyRef: keyRef.optional(),
    })
    .optional(),
});
export type EnvVar = z.output<typeof envVar>;

const optionalRef = z.looseObject({ name: text.default(''), optional: flag.optional() });
const envFrom = z.looseObject({
  prefix: text.optional(),
  configMapRef: optionalRef.optional(),
  secretRef: optionalRef.optional(),
});

const downwardItem = z.looseObject({
  path: text,
  fieldRef: fieldRef.optional(),
  resourceFieldRef: resourceFieldRef.optional(),
  mode: z.number().optional(),
});
export type DownwardItem = z.output<typeof downwardItem>;

const volume = z.looseObject({
  name: text.default(''),
  emptyDir: z.looseObject({}).optional(),
  hostPath: z.looseObject({ path: text, type: text.optional() }).optional(),
  secret: z.looseObject({ secretName: text.default(''), ...sourceRef, ...mode }).optional(),
  configMap: z.looseObject({ name: text.default(''), ...sourceRef, ...mode }).optional(),
  downwardAPI: z.looseObject({ items: z.array(downwardItem).default([]), ...mode }).optional(),
  projected: z
    .looseObject({
      ...mode,
      sources: z
        .array(
          z.looseObject({
            secret: z.looseObject({ name: text.default(''), ...sourceRef }).optional(),
            configMap: z.looseObject({ name: text.default(''), ...sourceRef }).optional(),
            downwardAPI: z.looseObject({ items: z.array(downwardItem).default([]) }).optional(),
          }),
        )
        .default([]),
    })
    .optional(),
});
export type Volume = z.output<typeof volume>;

const volumeMount = z.looseObject({
  name: text.default(''),
  mountPath: text.default(''),
  readOnly: flag.optional(),
  subPath: text.optional(),
  subPathExpr: text.optional(),
});
export type VolumeMount = z.output<typeof volumeMount>;

const quantities = z.record(text, z.union([text, z.number()])).optional();
const container = z.looseObject({
  name: text.default(''),
  image: text.default(''),
  imagePullPolicy: text.optional(),
  command: z.array(text).default([]),
  args: z.array(text).default([]),
  workingDir: text.optional(),
  env: z.array(envVar).default([]),
  envFrom: z.array(envFrom).default([]),
  volumeMounts: z.array(volumeMount).default([]),
  restartPolicy: text.optional(),
  resources: z.looseObject({ limits: quantities, requests: quantities }).default({}),
  terminationMessagePath: text.default('/dev/termination-log'),
  terminationMessagePolicy: text.default('File'),
});
export type Container = z.output<typeof container>;

const podSpec = z.looseObject({
  containers: z.array(container).default([]),
  initContainers: z.array(container).default([]),
  volumes: z.array(volume).default([]),
  restartPolicy: text.default('Always'),
  terminationGracePeriodSeconds: z.number().int().default(30),
  activeDeadlineSeconds: z.number().int().optional(),
  serviceAccountName: text.default('default'),
  nodeName: text.optional(),
  hostname: text.optional(),
  dnsPolicy: text.default('ClusterFirst'),
  schedulerName: text.default('default-scheduler'),
  enableServiceLinks: flag.default(true),
  securityContext: z.looseObject({}).default({}),
});
export type PodSpec = z.output<typeof podSpec>;

/** A Pod as a client posts it; what the emulator does not know is kept, and shown again, but has no effect. */
export const podManifestSchema = z.looseObject({
  apiVersion: z.literal('v1').optional(),
  kind: z.literal('Pod').optional(),
  metadata: z.looseObject({
    name: text.default(''),
    generateName: text.optional(),
    namespace: text.optional(),
    labels: texts.optional(),
    annotations: texts.optional(),
  }),
  spec: podSpec,
});
export type PodManifest = z.output<typeof podManifestSchema>;

/** A container's status as the emulator reports it. */
export interface FullContainerStatus extends ContainerStatus {
  image: string;
  imageID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
}

/** A Pod's status as the emulator reports it. */
export interface FullPodStatus extends PodStatus {
  phase: string;
  conditions?: PodCondition[];
  initContainerStatuses?: FullContainerStatus[];
  containerStatuses?: FullContainerStatus[];
  hostIP?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  qosClass: string;
}

/** A Pod in the emulator. */
export interface EmulatedPod {
  metadata: ObjectMeta & { deletionTimestamp?: string; deletionGracePeriodSeconds?: number };
  spec: PodSpec;
  status: FullPodStatus;
}

/** isSidecar tells whether an init container is a native sidecar. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
