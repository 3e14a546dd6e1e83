import { z } from 'zod';
import type { Attempt } from './run.ts';

/** The fields by which every stored document names its attempt. */
export const attemptFields = {
  dag_id: z.string(),
  run_id: z.string(),
  task_id: z.string(),
  map_index: z.number().int().optional(),
  try_number: z.number().int(),
};

/** An attempt as documents write it. */
export interface AttemptFields {
  dag_id: string;
  run_id: string;
  task_id: string;
  map_index?: number | undefined;
  try_number: number;
}

/** attemptToFields writes an attempt in a document's words. */
export function attemptToFields(attempt: Attempt): AttemptFields {
  return {
    dag_id: attempt.dagId,
    run_id: attempt.runId,
    task_id: attempt.taskId,
    ...(attempt.mapIndex === undefined ? {} : { map_index: attempt.mapIndex }),
    try_number: attempt.tryNumber,
  };
}

/** attemptFromFields reads an attempt back. */
export function attemptFromFields(fields: AttemptFields): Attempt {
  return {
    dagId: fields.dag_id,
    runId: fields.run_id,
    taskId: fields.task_id,
    ...(fields.map_index === undefined ? {} : { mapIndex: fields.map_index }),
    tryNumber: fields.try_number,
  };
}
