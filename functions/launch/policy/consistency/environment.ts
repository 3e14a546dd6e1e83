import { envName } from '../../../../shared/task/name-rules.ts';
import { objectsIn, stringIn } from '../../../../shared/task/raw.ts';
import type { Finding, PodView } from '../pod-view.ts';

/** environmentFindings checks the names of every container's variables: valid, and each set in one place. */
export function environmentFindings(pod: PodView): Finding[] {
  return pod.containers.flatMap(container => {
    const firsts = new Map<string, string>();
    return objectsIn(container.value.env, `${container.path}.env`).flatMap(({ path, value }): Finding[] => {
      const name = stringIn(value, 'name');
      if (name === undefined) return [];
      const at = `${path}.name`;
      const first = firsts.get(name);
      if (first !== undefined) {
        return [{ at, message: `is also set by ${pod.where(first)}: keep one of them` }];
      }
      firsts.set(name, path);
      const message = envName(name);
      return message === undefined ? [] : [{ at, message }];
    });
  });
}
