import { createHash } from 'node:crypto';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { expectedResult } from '../../tasks/expected.ts';
import type { Violation } from '../evidence.ts';
import { differenceOf } from '../log-text.ts';
import type { Case, SeenAttempt } from '../read-runs.ts';

/**
 * I7: a success has the result that its container wrote, byte for byte, and nothing else has one. A Pod that was deleted from outside
 * may have left its result in the bucket before its end was lost; the outcome does not name it then.
 */
export function resultsAreWhole({ attempts }: Case): Violation[] {
  return attempts.flatMap(seen => {
    const detail = problemOf(seen);
    return detail === undefined ? [] : [{ rule: 'I7 result as written', subject: seen.subject, detail }];
  });
}

function problemOf({ task, attempt, files, outcome }: SeenAttempt): string | undefined {
  if (outcome === undefined) return undefined;
  const stored = files.get('return.json');
  const wanted = expectedResult(task, attempt.tryNumber);
  if (stored && wanted === undefined) return 'there is a return.json, and no result was expected';
  if (stored && wanted && !stored.equals(wanted)) return `return.json: ${differenceOf(stored, wanted)}`;
  const { xcom } = outcome;
  if (outcome.state !== 'success')
    return xcom === null ? undefined : `the outcome is ${outcome.state}, and names a result`;
  if (wanted === undefined)
    return xcom === null ? undefined : 'the outcome names a result, and none was expected';
  if (stored === undefined) return `the result is missing: ${wanted.length} bytes`;
  const sha256 = createHash('sha256').update(stored).digest('hex');
  const object = attemptObjects(attempt).xcom;
  const isTold = xcom?.object === object && xcom.size === stored.length && xcom.sha256 === sha256;
  return isTold ? undefined : `the outcome tells of another result: ${JSON.stringify(xcom)}`;
}
