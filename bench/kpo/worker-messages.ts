import { z } from 'zod';

const startSchema = z
  .object({ cpu_s: z.number(), airflow: z.string(), provider: z.string() })
  .transform(({ cpu_s, airflow, provider }) => ({ cpuMs: cpu_s * 1_000, airflow, provider }));

const valueSchema = z
  .object({ began_ms: z.number(), ended_ms: z.number() })
  .transform(({ began_ms, ended_ms }) => ({ beganMs: began_ms, endedMs: ended_ms }));

const succeeded = z
  .object({
    cpu_s: z.number(),
    id: z.string(),
    ended_ms: z.number(),
    read_ms: z.number(),
    value: valueSchema,
    execs: z.number(),
  })
  .transform(({ id, cpu_s, ended_ms, read_ms, value, execs }) => ({
    id,
    execs,
    cpuMs: cpu_s * 1_000,
    readMs: read_ms,
    endedMs: ended_ms,
    value,
  }));

const reportSchema = z.union([z.object({ id: z.string(), error: z.string() }), succeeded]);

/** What the worker has used until it could take its first task, and what it is. */
export type WorkerStart = z.infer<typeof startSchema>;

/** When the container's own clock says that its command began and ended, which is the result of each of the bench's tasks. */
export type ContainerTimes = z.infer<typeof valueSchema>;

/** How one task ended in the worker: when the result was read, when `execute()` gave it, what CPU the task's process took, how often it called exec. */
export type TaskReport = z.infer<typeof succeeded>;

/** parseStart reads the worker's first line. */
export function parseStart(line: string): WorkerStart {
  return startSchema.parse(JSON.parse(line));
}

/** parseReport reads one of the others. Throws with the operator's error when the task failed. */
export function parseReport(line: string): TaskReport {
  const report = reportSchema.parse(JSON.parse(line));
  if ('error' in report) throw new Error(`the operator's task ${report.id} failed: ${report.error}`);
  return report;
}

/** parseValue reads the result of a task as its container wrote it. */
export function parseValue(text: string): ContainerTimes {
  return valueSchema.parse(JSON.parse(text));
}
