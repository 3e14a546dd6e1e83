import type { Problem } from '../../../shared/errors.ts';
import type { Policy } from '../../../shared/policy.ts';
import { stringIn } from '../../../shared/task/raw.ts';
import type { Task } from '../../../shared/task/task.ts';
import { imageFindings } from './allowed/images.ts';
import {
  namespaceFindings,
  nodeFindings,
  priorityClassFindings,
  serviceAccountFindings,
} from './allowed/names.ts';
import { secretFindings } from './allowed/secrets.ts';
import { volumeKindFindings } from './allowed/volumes.ts';
import { containerFindings } from './consistency/containers.ts';
import { environmentFindings } from './consistency/environment.ts';
import { logFindings } from './consistency/logs.ts';
import { metadataFindings } from './consistency/metadata.ts';
import { mountFindings } from './consistency/mounts.ts';
import { volumeFindings } from './consistency/volumes.ts';
import { type Finding, type JudgedPod, type PodView, viewPod } from './pod-view.ts';
import { baselineFindings } from './security/baseline.ts';
import { restrictedFindings } from './security/restricted.ts';

/** What the rules know besides the Pod. */
export interface PodContext {
  /** The parameters that are right. */
  task: Partial<Task>;
  /** The task as it was written, rendered. */
  given: Readonly<Record<string, unknown>>;
  policy: Policy;
}

/** What is wrong with a Pod. */
export interface PodProblems {
  /** Wrong wherever it runs. */
  invalid: Problem[];
  /** Right, but not allowed by the deployment. */
  refused: Problem[];
}

/**
 * podProblems finds all that is wrong with a composed Pod at once, with paths in the user's own words. What Taskpod adds itself
 * passes always. Pure; never throws, whatever the Pod holds.
 */
export function podProblems(composed: JudgedPod, { task, given, policy }: PodContext): PodProblems {
  const pod = viewPod(composed);
  const namespace = stringIn(pod.metadata.value, 'namespace') ?? '';
  const isWrong = (name: keyof Task): boolean =>
    task[name] === undefined && (given[name] ?? undefined) !== undefined;
  const tell = (findings: readonly Finding[]): Problem[] => {
    const problems = findings
      .filter(finding => !isOurs(finding, pod) && !finding.needs?.some(isWrong))
      .map(finding => toProblem(finding, pod));
    return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()];
  };
  const security = {
    privileged: () => [],
    baseline: () => baselineFindings(pod),
    restricted: () => [...baselineFindings(pod), ...restrictedFindings(pod)],
  };
  return {
    invalid: tell([
      ...metadataFindings(pod),
      ...containerFindings(pod),
      ...environmentFindings(pod),
      ...logFindings(pod, { task, given }),
      ...volumeFindings(pod),
      ...mountFindings(pod, task.do_xcom_push === true),
    ]),
    refused: tell([
      ...security[policy.podSecurity](),
      ...namespaceFindings(namespace, policy),
      ...serviceAccountFindings(pod, namespace, policy),
      ...imageFindings(pod, policy),
      ...volumeKindFindings(pod, policy),
      ...secretFindings(pod, namespace, policy),
      ...priorityClassFindings(pod, policy),
      ...nodeFindings(pod),
    ]),
  };
}

/** What nobody but Taskpod set, in a container or a volume that Taskpod added. */
function isOurs({ at }: Finding, pod: PodView): boolean {
  if (at === undefined || !pod.isOwn(at)) return false;
  return [...pod.containers, ...pod.volumes].some(({ isOwn, path }) => isOwn && at.startsWith(`${path}.`));
}

function toProblem({ at, parameter, message }: Finding, pod: PodView): Problem {
  const place = at === undefined || pod.isOwn(at) ? (parameter ?? at) : pod.where(at);
  return { path: place ?? '', message };
}
