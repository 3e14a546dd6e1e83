import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import type { Task } from '../../../../shared/task/task.ts';

/** What of the deployment a Pod depends on. */
export interface PodSettings {
  xcomSidecarImage: string;
  /** Largest return.json, in bytes. */
  xcomMaxBytes: number;
  /** activeDeadlineSeconds of a task that sets none. */
  activeDeadlineSeconds: number;
}

/** What a step looks at. */
interface PodOptions {
  task: Task;
  settings: PodSettings;
}

/** One step of making a Pod: pure, and it gives the spec back as it was when it has nothing to do. */
export type PodSpecStep = (spec: V1PodSpec, options: PodOptions) => V1PodSpec;

/** changeBase changes the main container, which is the first. */
export function changeBase(spec: V1PodSpec, change: (base: V1Container) => V1Container): V1PodSpec {
  const [base, ...others] = spec.containers;
  return base === undefined ? spec : { ...spec, containers: [change(base), ...others] };
}
