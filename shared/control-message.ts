import { z } from 'zod';
import type { Problem } from './errors.ts';
import type { RunKey } from './run.ts';
import { readRun } from './task/rules/run.ts';
import { runParameters } from './task/task.ts';
import { readKeys } from './task/unknown-keys.ts';

/** Highest number of an attempt; object names have room for it. */
const maxTryNumber = 999_999;

const kindSchema = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('cancel') }),
    z.object({
      kind: z.literal('retry'),
      try_number: z
        .int('must be a whole number')
        .min(2, 'must be at least 2')
        .max(maxTryNumber, `must be at most ${maxTryNumber}`),
    }),
  ],
  { error: 'must be "cancel" or "retry"; a task has no such key' },
);

/**
 * What the tasks topic carries besides tasks: `cancel` ends a run, wherever it is; `retry` starts the attempt `tryNumber` of a run
 * whose attempt before has ended, so that a repeated message starts nothing more.
 */
export type ControlMessage =
  | { kind: 'cancel'; run: RunKey }
  | { kind: 'retry'; run: RunKey; tryNumber: number };

/** isControlMessage tells a message that is about a run from one that is a task: the first has the key `kind`. */
export function isControlMessage(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'kind' in value;
}

/** readControlMessage reads a message that has `kind`; tells every problem at once. */
export function readControlMessage(
  value: Record<string, unknown>,
): { ok: true; message: ControlMessage } | { ok: false; problems: Problem[] } {
  const result = kindSchema.safeParse(value);
  const { run, problems } = readRun(value, '');
  const known = [...runParameters, 'kind', ...(value.kind === 'retry' ? ['try_number'] : [])];
  const all = [
    ...readKeys(value, known).problems,
    ...(result.error?.issues ?? []).map(({ path, message }) => ({ path: path.join('.'), message })),
    ...problems,
  ];
  if (!result.success || run === undefined || all.length > 0) return { ok: false, problems: all };
  const message = result.data;
  return message.kind === 'cancel'
    ? { ok: true, message: { kind: 'cancel', run } }
    : { ok: true, message: { kind: 'retry', run, tryNumber: message.try_number } };
}

/** writeControlMessage is the JSON that {@link readControlMessage} reads. */
export function writeControlMessage(message: ControlMessage): string {
  const { dagId, runId, taskId, mapIndex } = message.run;
  return JSON.stringify({
    kind: message.kind,
    dag_id: dagId,
    run_id: runId,
    task_id: taskId,
    ...(mapIndex === undefined ? {} : { map_index: mapIndex }),
    ...(message.kind === 'retry' ? { try_number: message.tryNumber } : {}),
  });
}
