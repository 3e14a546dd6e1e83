import { composePod } from '../../../../functions/launch/compose/compose-pod.ts';
import type { PodLayers } from '../../../../functions/launch/compose/pod-layers.ts';
import { podProblems } from '../../../../functions/launch/policy/pod-problems.ts';
import { openPolicy, type Policy } from '../../../../shared/policy.ts';
import { readFields } from '../../../../shared/task/read-fields.ts';
import { podSettings } from '../make-task.ts';

/** What a task's Pod depends on besides its parameters. */
export interface Surroundings extends Pick<PodLayers, 'template' | 'connection'> {
  policy?: Policy;
}

/** judgeTask composes the Pod of a task that is right but for these keys, and tells what is wrong with it as `path: message`. */
export function judgeTask(keys: Record<string, unknown>, surroundings: Surroundings = {}) {
  const given = { task_id: 't', image: 'busybox', ...keys };
  const { fields: task } = readFields(given);
  const { policy = openPolicy, ...layers } = surroundings;
  const composed = composePod({ task, given, settings: podSettings, ...layers });
  const { invalid, refused } = podProblems(composed, { task, given, policy });
  const lines = (problems: typeof invalid) => problems.map(({ path, message }) => `${path}: ${message}`);
  return { invalid: lines(invalid), refused: lines(refused) };
}
