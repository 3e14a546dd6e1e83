import type { V1ResourceRequirements, V1SecurityContext } from '@kubernetes/client-node';
import type { PodSecurityLevel } from '../../../shared/policy.ts';
import type { Task } from '../../../shared/task/task.ts';

/** What of the deployment a Pod depends on. */
export interface PodSettings {
  /** Namespace of a task for which nothing else names one. */
  defaultNamespace: string;
  xcomSidecarImage: string;
  /** Largest return.json, in bytes. */
  xcomMaxBytes: number;
  /** activeDeadlineSeconds of a task that sets none. */
  activeDeadlineSeconds: number;
}

/** What the task's Kubernetes connection says about its Pods. */
export interface ConnectionDefaults {
  namespace?: string | undefined;
  xcomSidecarImage?: string | undefined;
  xcomSidecarResources?: V1ResourceRequirements | undefined;
  xcomSidecarSecurityContext?: V1SecurityContext | undefined;
}

/** What a Pod is composed of. */
export interface PodLayers {
  /** The parameters that are right; with others wrong, the rest is composed all the same. */
  task: Partial<Task>;
  /** The task as it was written, rendered: it tells in which shape a parameter was given. */
  given: Readonly<Record<string, unknown>>;
  /** The content of the task's `pod_template_file`; absent: `pod_template_dict` counts. */
  template?: unknown;
  connection?: ConnectionDefaults | undefined;
  settings: PodSettings;
  /** The Pod Security Standard that the Pod has to meet; absent: "baseline". */
  podSecurity?: PodSecurityLevel | undefined;
}
