import { type PodProblems, podProblems } from '../../../../functions/launch/policy/pod-problems.ts';
import { openPolicy, type Policy } from '../../../../shared/policy.ts';
import type { Task } from '../../../../shared/task/task.ts';

/** A Pod by hand, with the places of its parts that do not stand at their own path. */
export interface PodByHand {
  metadata?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  /** By the beginning of a path, the longest first; '' is Taskpod's own. */
  places?: Record<string, string>;
  task?: Partial<Task>;
  given?: Record<string, unknown>;
  policy?: Policy;
}

/** judge asks podProblems for a Pod by hand; with nothing else, its main container is right. */
export function judge(pod: PodByHand): PodProblems {
  const { metadata = {}, spec, places = {}, task = {}, given = {}, policy = openPolicy } = pod;
  const sourceOf = (path: string): string => {
    const starts = Object.keys(places).toSorted((a, b) => b.length - a.length);
    const start = starts.find(prefix => path === prefix || path.startsWith(`${prefix}.`));
    const place = start === undefined ? path : places[start];
    return place ? `${place}${path.slice(start?.length ?? path.length)}` : '';
  };
  const composed = {
    metadata: { namespace: 'tasks', ...metadata },
    spec: { containers: [baseContainer], ...spec },
    sourceOf,
  };
  return podProblems(composed, { task, given, policy });
}

/** A main container that is right. */
export const baseContainer = { name: 'base', image: 'busybox' };
