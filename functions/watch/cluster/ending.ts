import { z } from 'zod';
import { attemptOf, type RunRecord } from '../../../shared/attempt-record.ts';
import {
  type Diagnosis,
  diagnosis,
  type ReasonCode,
  reasonCodes,
} from '../../../shared/diagnosis/reasons.ts';
import { parseDocument } from '../../../shared/document.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { isoTime } from '../../../shared/time.ts';
import type { OperationDeps } from '../deps.ts';

/** `ending.json`, version 1: why a creation is undone. */
const endingSchema = z.object({
  version: z.literal(1),
  /** RFC 3339. */
  decided_at: z.string(),
  reason: z.custom<ReasonCode>(name => typeof name === 'string' && Object.hasOwn(reasonCodes, name)),
  summary: z.string(),
  detail: z.string(),
});

/** Why a creation is undone, and since when. */
export interface Ending {
  /** RFC 3339. */
  decidedAt: string;
  why: Diagnosis;
}

/** readEnding gives what an earlier Turn has decided; undefined when none has. */
export async function readEnding(
  record: RunRecord,
  { store }: Pick<OperationDeps, 'store'>,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  const object = await store.read(attemptObjects(attemptOf(record)).ending, signal);
  if (object === undefined) return undefined;
  const { decided_at, reason, ...text } = parseDocument(
    endingSchema,
    object.body.toString('utf8'),
    'ending.json',
  );
  return { decidedAt: decided_at, why: diagnosis(reason, text) };
}

/**
 * keepEnding writes down why a creation is undone, before it is: afterwards nobody could tell any more. Gives what stands there in
 * the end, another Turn's perhaps.
 */
export async function keepEnding(
  record: RunRecord,
  why: Diagnosis,
  deps: Pick<OperationDeps, 'store' | 'clock'>,
  signal: AbortSignal,
): Promise<Ending> {
  const decidedAt = isoTime(deps.clock.now());
  const { reason, summary, detail } = why;
  const body = `${JSON.stringify({ version: 1, decided_at: decidedAt, reason, summary, detail })}\n`;
  const name = attemptObjects(attemptOf(record)).ending;
  const { created } = await deps.store.create(name, body, { contentType: 'application/json', signal });
  return (created ? undefined : await readEnding(record, deps, signal)) ?? { decidedAt, why };
}
