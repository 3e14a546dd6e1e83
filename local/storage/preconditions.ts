import { ApiFailure } from '../loopback-server.ts';
import type { ObjectRecord } from './object-record.ts';

/** Preconditions that are not understood: passing over one would break what its sender relies on. */
const unsupported = ['ifMetagenerationMatch', 'ifMetagenerationNotMatch'];

/** checkGeneration applies a write's `ifGenerationMatch` (0: there must be no object); throws {@link ApiFailure} 412. */
export function checkGeneration(record: ObjectRecord | undefined, query: URLSearchParams): void {
  refuse([...unsupported, 'ifGenerationNotMatch'], query);
  checkMatch(record, query);
}

/**
 * isUnchanged applies the preconditions of a read: true when `ifGenerationNotMatch` names the object's generation, which is
 * answered 304. Throws {@link ApiFailure} 412 when `ifGenerationMatch` does not hold.
 */
export function isUnchanged(record: ObjectRecord, query: URLSearchParams): boolean {
  refuse(unsupported, query);
  checkMatch(record, query);
  return generationIn(query, 'ifGenerationNotMatch') === String(record.generation);
}

/** existing gives the object, also when `generation` names exactly this one; throws {@link ApiFailure} 404. */
export function existing(
  record: ObjectRecord | undefined,
  name: string,
  query: URLSearchParams,
): ObjectRecord {
  const generation = query.get('generation');
  if (record !== undefined && (generation === null || generation === String(record.generation)))
    return record;
  throw new ApiFailure(404, 'notFound', `No such object: ${name}`);
}

function checkMatch(record: ObjectRecord | undefined, query: URLSearchParams): void {
  const wanted = generationIn(query, 'ifGenerationMatch');
  if (wanted === undefined || wanted === String(record?.generation ?? 0)) return;
  throw new ApiFailure(
    412,
    'conditionNotMet',
    'At least one of the pre-conditions you specified did not hold.',
  );
}

function generationIn(query: URLSearchParams, name: string): string | undefined {
  const wanted = query.get(name);
  if (wanted === null) return undefined;
  if (!/^\d{1,19}$/.test(wanted)) throw new ApiFailure(400, 'invalid', `${name} must be a number`);
  return wanted;
}

function refuse(names: readonly string[], query: URLSearchParams): void {
  for (const name of names) {
    if (query.has(name)) throw new ApiFailure(400, 'notSupported', `${name} is not supported here`);
  }
}
