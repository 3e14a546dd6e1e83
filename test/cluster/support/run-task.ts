import type { Outcome } from '../../../shared/outcome.ts';
import type { Attempt } from '../../../shared/run.ts';
import { planted } from '../../secrets/planted.ts';
import type { Deployment } from '../harness.ts';
import { waitFor } from './wait.ts';

/** A task that was published, and how it ended. */
export interface Ended {
  attempt: Attempt;
  outcome: Outcome;
}

/** A task in busybox' shell, with a run key of its own; `more` wins. */
export function shellTask(taskId: string, script: string, more: object = {}): object {
  const env_vars = { PLANTED: planted.envValue };
  const cmds = ['sh', '-c', script];
  return { task_id: taskId, run_id: 'r1', image: 'busybox:1.35', cmds, env_vars, ...more };
}

/** The first attempt of the run that {@link shellTask} makes. */
export function firstAttempt(taskId: string): Attempt {
  return { dagId: 'default', runId: 'r1', taskId, tryNumber: 1 };
}

/** Publishes a {@link shellTask} and waits for its outcome. */
export async function runShellTask(
  deployment: Deployment,
  taskId: string,
  script: string,
  more: object = {},
): Promise<Ended> {
  await deployment.publishTask(shellTask(taskId, script, more));
  const attempt = firstAttempt(taskId);
  return { attempt, outcome: await deployment.waitForOutcome(attempt, 90_000) };
}

/** Waits until no Pod of a task is left. */
export async function expectNoPod(deployment: Deployment, taskId: string): Promise<void> {
  const isGone = async (): Promise<true | undefined> => {
    const pods = await deployment.namespace.pods();
    return pods.every(({ metadata }) => metadata?.labels?.task_id !== taskId) || undefined;
  };
  const what = `no Pod of ${taskId} to be left`;
  await waitFor(isGone, { what, withinMs: 45_000, explain: () => deployment.explain() });
}

/** Takes the container runtime's time stamp off each line of a log; throws when a line has none. */
export function logLines(log: string): string[] {
  if (log !== '' && !log.endsWith('\n'))
    throw new Error(`the log's last line is not whole: ${log.slice(-200)}`);
  return log
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (.*)$/.exec(line)?.[1];
      if (text === undefined) throw new Error(`a line of the log has no time stamp: ${line.slice(0, 200)}`);
      return text;
    });
}
