import { ApiFailure } from '../loopback-server.ts';
import type { ObjectRecord } from './object-record.ts';

/** Preconditions that are not understood: passing over one would break what its sender relies on. */
const unsupported = ['ifGenerationNotMatch', 'ifMetagenerationMatch', 'ifMetagenerationNotMatch'];

/** checkGeneration applies `ifGenerationMatch` (0: there must be no object); throws {@link ApiFailure} 412. */
export function checkGeneration(record: ObjectRecord | undefined, query: URLSearchParams): void {
  for (const name of unsupported) {
    if (query.has(name)) throw new ApiFailure(400, 'notSupported', `${name} is not supported here`);
  }
  const wanted = query.get('ifGenerationMatch');
  if (wanted === null) return;
  if (!/^\d{1,19}$/.test(wanted)) throw new ApiFailure(400, 'invalid', 'ifGenerationMatch must be a number');
  if (wanted === String(record?.generation ?? 0)) return;
  throw new ApiFailure(
    412,
    'conditionNotMet',
    'At least one of the pre-conditions you specified did not hold.',
  );
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
