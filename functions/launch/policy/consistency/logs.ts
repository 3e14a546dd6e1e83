import { didYouMean } from '../../../../shared/task/did-you-mean.ts';
import { stringIn } from '../../../../shared/task/raw.ts';
import type { Task } from '../../../../shared/task/task.ts';
import { type Finding, type LocatedContainer, layerParameters, type PodView } from '../pod-view.ts';

/** The task whose Pod it is: the parameters that are right, and all as they were written. */
interface WrittenTask {
  task: Partial<Task>;
  given: Readonly<Record<string, unknown>>;
}

/** logFindings checks that every log that is asked for has its container. */
export function logFindings(pod: PodView, written: WrittenTask): Finding[] {
  const names = (kind: LocatedContainer['kind']): string[] =>
    pod.containers.flatMap(container =>
      container.kind === kind && !container.isOwn ? (stringIn(container.value, 'name') ?? []) : [],
    );
  const [mains, inits] = [names('containers'), names('initContainers')];
  return [
    ...choiceFindings('container_logs', written, mains, inits),
    ...choiceFindings('init_container_logs', written, inits, mains),
  ];
}

function choiceFindings(
  parameter: 'container_logs' | 'init_container_logs',
  { task, given }: WrittenTask,
  names: readonly string[],
  others: readonly string[],
): Finding[] {
  const choice = task[parameter] ?? [];
  if (choice === true) return [];
  const other = parameter === 'container_logs' ? 'init_container_logs' : 'container_logs';
  const needs = [...layerParameters, 'init_containers', 'base_container_name'] as const;
  return choice.flatMap((name, index): Finding[] => {
    if (names.includes(name)) return [];
    const path = Array.isArray(given[parameter]) ? `${parameter}.${index}` : parameter;
    if (others.includes(name)) {
      return [{ parameter: path, message: `names a container of the other kind: use ${other}` }];
    }
    const hint = didYouMean(name, names) || (names.length === 0 ? ': there is none' : ': remove it');
    return [{ parameter: path, message: `names no such container of the Pod${hint}`, needs }];
  });
}
