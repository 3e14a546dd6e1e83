import { z } from 'zod';
import { onFinishActions, onKillActions } from '../../attempt-record.ts';
import { reasonCodes } from '../../diagnosis/reasons.ts';
import { outcomeClasses } from '../../outcome.ts';
import { didYouMean } from '../did-you-mean.ts';
import { operators } from '../operators.ts';
import {
  byShape,
  flag,
  isAny,
  isList,
  jsonObject,
  oneOf,
  seconds,
  secondsFrom,
  string,
  time,
} from './words.ts';

const exitCode = (kind: string) => {
  const range = 'must be a whole number from 0 to 255';
  return z.int(kind).min(0, range).max(255, range);
};
const exitCodes: z.ZodType<number[]> = z.array(exitCode('must be a whole number from 0 to 255'));
const oneExitCode: z.ZodType<number[]> = exitCode('must be an exit code, or a list of exit codes').transform(
  code => [code],
);

const failureNames: readonly string[] = [...outcomeClasses, ...Object.keys(reasonCodes)];

/** What is never rendered: what the task is, and what templates read, Airflow's context of a run. */
export const contextFields = {
  operator: oneOf(operators).optional(),
  logical_date: time.optional(),
  data_interval_start: time.optional(),
  data_interval_end: time.optional(),
  params: jsonObject.optional(),
  conf: jsonObject.optional(),
};

/** Failures by exit code, class or reason code; docs/outcomes.md. */
const failures = z.array(
  z.union([exitCode('must be a whole number from 0 to 255'), string]).superRefine((name, context) => {
    if (typeof name === 'number' || failureNames.includes(name)) return;
    const hint = didYouMean(name, failureNames) || ': see docs/outcomes.md';
    context.addIssue({ code: 'custom', message: `is no failure class and no reason code${hint}` });
  }),
  'must be a list of exit codes, failure classes or reason codes',
);

/** How a run is waited for, and how it ends. */
export const runFields = {
  startup_timeout_seconds: seconds.default(120),
  schedule_timeout_seconds: seconds.optional(),
  active_deadline_seconds: seconds.optional(),
  execution_timeout_seconds: seconds.optional(),
  total_timeout_seconds: seconds.optional(),
  on_finish_action: oneOf(onFinishActions).default('delete_pod'),
  skip_on_exit_code: byShape({ is: isList, type: exitCodes }, { is: isAny, type: oneExitCode }).default([]),
  on_kill_action: oneOf(onKillActions).default('delete_pod'),
  retries: z
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .max(1_000, 'must be at most 1000')
    .default(0),
  retry_delay_seconds: secondsFrom(0).default(300),
  retry_exponential_backoff: flag.default(false),
  max_retry_delay_seconds: secondsFrom(0).optional(),
  retry_on: failures.optional(),
  no_retry_on: failures.default([]),
  log_events_on_failure: flag.default(false),
  log_pod_spec_on_failure: flag.default(true),
};
