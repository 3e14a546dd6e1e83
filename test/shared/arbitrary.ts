import fc from 'fast-check';
import type { Attempt, RunKey } from '../../shared/run.ts';

const anyUnit = fc.nat(0xffff).map(unit => String.fromCharCode(unit));

/** Any text at all, control characters and halves of surrogate pairs included. (The unit `binary` takes a second to set up.) */
export const anyText = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: anyUnit, maxLength });

/** Any id that a person may give: text without half a surrogate pair, and not a name that folders have already. */
export const anyId = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(id => id !== '.' && id !== '..');

const mapIndex = fc.option(fc.nat(999_999_999), { nil: undefined });

/** Any run key. */
export const anyRun: fc.Arbitrary<RunKey> = fc
  .tuple(anyId, anyId, anyId, mapIndex)
  .map(([dagId, runId, taskId, index]) => ({
    dagId,
    runId,
    taskId,
    ...(index === undefined ? {} : { mapIndex: index }),
  }));

/** Any attempt of any run. */
export const anyAttempt: fc.Arbitrary<Attempt> = fc
  .tuple(anyRun, fc.integer({ min: 1, max: 999_999 }))
  .map(([run, tryNumber]) => ({ ...run, tryNumber }));
