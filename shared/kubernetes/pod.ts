import type { V1OwnerReference, V1PodSpec } from '@kubernetes/client-node';
import { z } from 'zod';

/** A Pod as we send it. */
export interface PodManifest {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: V1OwnerReference[];
  };
  spec: V1PodSpec;
}

const text = z.string().optional();

const containerEnd = z.object({
  exitCode: z.number(),
  signal: z.number().optional(),
  reason: text,
  message: text,
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});
/** How a container ended. */
export type ContainerEnd = z.output<typeof containerEnd>;

const containerState = z.object({
  waiting: z.object({ reason: text, message: text }).optional(),
  running: z.object({ startedAt: z.string().nullish() }).optional(),
  terminated: containerEnd.optional(),
});

const containerStatus = z.object({
  name: z.string(),
  image: text,
  restartCount: z.number().optional(),
  state: containerState.optional(),
  lastState: containerState.optional(),
});
/** The status of one container; at most one of state's three is there. */
export type ContainerStatus = z.output<typeof containerStatus>;

const podCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: text,
  message: text,
  lastTransitionTime: z.string().nullish(),
});
/** A condition of a Pod. */
export type PodCondition = z.output<typeof podCondition>;

const podStatus = z.object({
  phase: text,
  reason: text,
  message: text,
  startTime: z.string().nullish(),
  conditions: z.array(podCondition).optional(),
  initContainerStatuses: z.array(containerStatus).optional(),
  containerStatuses: z.array(containerStatus).optional(),
});
/** The status of a Pod. */
export type PodStatus = z.output<typeof podStatus>;

/**
 * The parts of a Pod that are read, as the API server's JSON has them (times are RFC 3339 text). What the server sends
 * besides is dropped, which keeps a thousand Pods in memory small.
 */
export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: text,
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.object({
    nodeName: text,
    containers: z.array(z.object({ name: z.string() })),
    initContainers: z.array(z.object({ name: z.string(), restartPolicy: text })).optional(),
  }),
  status: podStatus.default({}),
});
export type Pod = z.output<typeof podSchema>;
