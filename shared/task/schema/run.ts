import { z } from 'zod';
import { onFinishActions } from '../../attempt-record.ts';
import { byShape, flag, isAny, isList, jsonObject, oneOf, seconds, time } from './words.ts';

const exitCode = (kind: string) => {
  const range = 'must be a whole number from 0 to 255';
  return z.int(kind).min(0, range).max(255, range);
};
const exitCodes: z.ZodType<number[]> = z.array(exitCode('must be a whole number from 0 to 255'));
const oneExitCode: z.ZodType<number[]> = exitCode('must be an exit code, or a list of exit codes').transform(
  code => [code],
);

/** What templates read: Airflow's context of a run. */
export const contextFields = {
  logical_date: time.optional(),
  data_interval_start: time.optional(),
  data_interval_end: time.optional(),
  params: jsonObject.optional(),
  conf: jsonObject.optional(),
};

/** How a run is waited for, and how it ends. */
export const runFields = {
  startup_timeout_seconds: seconds.default(120),
  schedule_timeout_seconds: seconds.optional(),
  active_deadline_seconds: seconds.optional(),
  execution_timeout_seconds: seconds.optional(),
  total_timeout_seconds: seconds.optional(),
  on_finish_action: oneOf(onFinishActions).default('delete_pod'),
  skip_on_exit_code: byShape({ is: isList, type: exitCodes }, { is: isAny, type: oneExitCode }).default([]),
  log_events_on_failure: flag.default(false),
  log_pod_spec_on_failure: flag.default(true),
};
