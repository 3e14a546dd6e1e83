import type { Problem } from '../../../shared/errors.ts';
import type { RunKey } from '../../../shared/run.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import { readRun } from '../../../shared/task/rules/run.ts';
import type { AirflowRun } from '../../../shared/template/airflow-context.ts';
import { isoDate } from '../../../shared/template/airflow-macros.ts';
import { isoTime } from '../../../shared/time.ts';

/** Which try of which message is prepared. */
export interface TryOfMessage {
  messageId: string;
  /** First try is 1. */
  tryNumber: number;
  /** Milliseconds since the epoch: what time it is for templates. */
  nowMs: number;
}

/** What a task's templates are rendered with. Where the task is wrong, something stands in that lets the rest be rendered. */
export interface RunContext {
  /** Undefined when the task cannot be filed under its run key. */
  run: RunKey | undefined;
  airflow: AirflowRun;
  problems: Problem[];
}

/** Stands in for a date that is none, so that it is told once and not by every template that uses it. */
const anyDate = '2000-01-01T00:00:00Z';

const notADate = 'must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00';

/**
 * readRunContext reads what is never rendered: run key, dates, params and conf. The schema tells what is wrong with the latter two;
 * `decoding` is what was wrong with the text of the task.
 */
export function readRunContext(
  given: Readonly<Record<string, unknown>>,
  of: TryOfMessage,
  decoding: readonly Problem[],
): RunContext {
  const { run, problems } = readRun({ ...given }, of.messageId, decoding);
  const { dagId, runId, taskId, mapIndex } = run ?? { dagId: 'default', runId: of.messageId, taskId: 'task' };
  const wrong: Problem[] = [];
  const date = (path: string): string | undefined => {
    const text = given[path];
    if (text === undefined) return undefined;
    if (typeof text === 'string' && isoDate(text) !== undefined) return text;
    wrong.push({ path, message: notADate });
    return anyDate;
  };
  const airflow = {
    dagId,
    runId,
    taskId,
    mapIndex: mapIndex ?? -1,
    tryNumber: of.tryNumber,
    logicalDate: date('logical_date'),
    dataIntervalStart: date('data_interval_start'),
    dataIntervalEnd: date('data_interval_end'),
    startDate: isoTime(of.nowMs),
    params: isRecord(given.params) ? given.params : {},
    conf: isRecord(given.conf) ? given.conf : {},
  };
  return { run, airflow, problems: [...problems, ...wrong] };
}
