import { writerCommand } from '../support/numbered-log.ts';

/** The container of one task, for both. */
export interface BenchTask {
  id: string;
  script: string;
}

/** The image of every task. */
export const image = 'debian:bookworm';

/** The image of the sidecar that keeps the result, for both. */
export const sidecarImage = 'mirror.gcr.io/library/busybox:1.37.0';

/** By the node's clock, in milliseconds since the epoch. */
const now = '$(date +%s%3N)';
const writeResult = (began: string, ended: string): string =>
  `echo "{\\"began_ms\\": ${began}, \\"ended_ms\\": ${ended}}" > /airflow/xcom/return.json`;

/** shortTask prints a little for 1.2 s; its result is when it began and when it ended. */
export function shortTask(id: string): BenchTask {
  const print = 'for i in 1 2 3 4; do echo "line $i"; sleep 0.3; done';
  return { id, script: `began=${now}; ${print}; ${writeResult('$began', now)}` };
}

/** Seconds that a writing container waits for its readers. */
const waitSeconds = 2;

/** What a writing container does. */
export interface Writing {
  lines: number;
  /** How long it lives after its last line. */
  staySeconds: number;
}

/** writingTask prints so many numbered lines as fast as it can; its result is when it began and ended to write. */
export function writingTask(id: string, { lines, staySeconds }: Writing): BenchTask {
  const [, , perl = ''] = writerCommand({ lines, waitSeconds: 0, staySeconds: 0 });
  const script = [
    `sleep ${waitSeconds}`,
    `began=${now}`,
    `perl -e '${perl}'`,
    `ended=${now}`,
    `sleep ${staySeconds}`,
    writeResult('$began', '$ended'),
  ];
  return { id, script: script.join('; ') };
}

/** taskArguments are those that the operator and Taskpod take alike. */
export function taskArguments({ id, script }: BenchTask) {
  return {
    task_id: id,
    name: id,
    image,
    cmds: ['bash', '-c'],
    arguments: [script],
    get_logs: true,
    do_xcom_push: true,
  };
}
