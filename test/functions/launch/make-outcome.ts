import type { Outcome } from '../../../shared/outcome.ts';
import { helloTask } from './launcher.ts';

/** An outcome of the task of the tests: success, with everything else empty. */
export function makeOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    version: 1,
    dag_id: helloTask.dag_id,
    run_id: helloTask.run_id,
    task_id: helloTask.task_id,
    try_number: 1,
    state: 'success',
    reason: 'completed',
    class: 'none',
    exit_code: 0,
    summary: 'The task succeeded.',
    detail: '',
    action: '',
    queued_at: null,
    scheduled_at: null,
    started_at: null,
    ended_at: null,
    pod: null,
    containers: [],
    xcom: null,
    events: [],
    ...changes,
  };
}
