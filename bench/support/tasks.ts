/** More CPU than any node has. */
const tooMuchCpu = '4000';

/**
 * neverScheduled is a task whose Pod stays Pending, so that measuring the next one is not disturbed by containers that
 * start.
 */
export function neverScheduled(runId: string): object {
  return {
    task_id: 'bench',
    run_id: runId,
    image: 'busybox:1.35',
    cmds: ['sh', '-c', 'true'],
    container_resources: { requests: { cpu: tooMuchCpu } },
    do_xcom_push: true,
  };
}

/** chatty is a task that prints a little for about a second and leaves a result. */
export function chatty(taskId: string): object {
  const script =
    'for i in 1 2 3 4; do echo "line $i"; sleep 0.3; done; echo \'{"a": 1}\' > /airflow/xcom/return.json';
  return {
    task_id: taskId,
    run_id: 'bench',
    image: 'busybox:1.35',
    cmds: ['sh', '-c', script],
    do_xcom_push: true,
  };
}

/**
 * onFakeNode is a task for a node that runs no containers and so has no logs: a Pod is Running soon and Succeeded some
 * seconds later. `nodeLabels`: what the node has to have besides; without it, the Pod waits.
 */
export function onFakeNode(taskId: string, nodeLabels: Record<string, string> = {}): object {
  return {
    task_id: taskId,
    run_id: 'bench',
    image: 'busybox:1.35',
    cmds: ['true'],
    node_selector: { type: 'fake', ...nodeLabels },
    tolerations: [{ key: 'fake', operator: 'Exists', effect: 'NoSchedule' }],
    schedule_timeout_seconds: 1_200,
    get_logs: false,
    do_xcom_push: false,
  };
}
