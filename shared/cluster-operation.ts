import { z } from 'zod';
import { attemptToFields } from './attempt-fields.ts';
import { parseDocument } from './document.ts';
import { scopeName, shortHash } from './names.ts';
import type { Attempt } from './run.ts';

/** What an operation does with a cluster. */
export const clusterActions = ['create', 'delete'] as const;

/** Label of a cluster that an attempt has made; its value is {@link attemptLabel}. GKE has no client request id, so this tells whose it is. */
export const attemptLabelKey = 'taskpod-attempt';

/** attemptLabel is the value by which a cluster is known as an attempt's: a pure function of the attempt and of the deployment's bucket. */
export function attemptLabel(attempt: Attempt, bucket: string): string {
  const { dag_id, run_id, task_id, map_index = '', try_number } = attemptToFields(attempt);
  return shortHash([bucket, dag_id, run_id, task_id, String(map_index), String(try_number)], 24);
}

/** operationsScope is the scope of all cluster operations of a deployment: they are in no cluster, and few. */
export function operationsScope(bucket: string): string {
  return scopeName('operations', bucket, 0);
}

/** `operation.json`, version 1: that the request of a cluster operation was sent, and what it met. */
const sentOperationSchema = z.object({
  version: z.literal(1),
  /** `exists`, `absent`: there was nothing to do. */
  kind: z.enum(['started', 'exists', 'absent']),
  /** Google's name of the operation; null when it is not known, or there is none. */
  operation: z.string().nullable(),
  /** RFC 3339. */
  at: z.string(),
});
export type SentOperation = z.output<typeof sentOperationSchema>;

/** parseSentOperation reads an operation.json; throws `invalid_document`. */
export function parseSentOperation(text: string): SentOperation {
  return parseDocument(sentOperationSchema, text, 'operation.json');
}
