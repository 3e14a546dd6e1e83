import type { PodSpecStep } from './step.ts';

/** withDeadline sets the backstop that ends the Pod without us: the task's own, or the deployment's. */
export const withDeadline: PodSpecStep = (spec, { task, settings }) => ({
  ...spec,
  activeDeadlineSeconds: task.active_deadline_seconds ?? settings.activeDeadlineSeconds,
});

/** withServiceAccount lets the Pod run as the task's service account; the token's mounting stays as the cluster has it. */
export const withServiceAccount: PodSpecStep = (spec, { task }) =>
  task.service_account_name === undefined ? spec : { ...spec, serviceAccountName: task.service_account_name };
