import type { Task } from '../../../shared/task/task.ts';
import { parseTask } from '../../shared/task/parse-task.ts';

/** The task that a message of these keys means; the message must be right. */
export function makeTask(keys: Record<string, unknown> = {}): Task {
  const data = Buffer.from(JSON.stringify({ task_id: 't1', image: 'busybox', ...keys }));
  const parsed = parseTask(data, { messageId: 'r1', defaultNamespace: 'tasks' });
  if (!parsed.ok)
    throw new Error(parsed.problems.map(({ path, message }) => `${path} ${message}`).join('; '));
  return parsed.task;
}

/** Settings of the deployment that Pods depend on. */
export const podSettings = {
  defaultNamespace: 'tasks',
  xcomSidecarImage: 'busybox:1.37.0',
  xcomMaxBytes: 1_000_000,
  activeDeadlineSeconds: 604_800,
};
