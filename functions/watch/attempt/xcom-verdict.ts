import { type Diagnosis, diagnosis } from '../../../shared/diagnosis/reasons.ts';
import type { XcomResult } from '../../../shared/xcom-frame.ts';

/** What a task's XCom makes of its success. */
export type XcomVerdict =
  | { kind: 'value'; bytes: Buffer; sha256: string }
  /** No value, and none is missed: there was no file. */
  | { kind: 'nothing' }
  | { kind: 'failure'; diagnosis: Diagnosis };

/**
 * judgeXcom decides what the result that was read means for a base container that exited 0 (invariant I7): a value has to
 * be JSON in UTF-8; an empty file is a value of no bytes, as KubernetesPodOperator takes it for None; a result that could
 * not be read whole is a failure of its own, never nothing.
 */
export function judgeXcom(result: XcomResult, maxBytes: number): XcomVerdict {
  switch (result.kind) {
    case 'none':
      return { kind: 'nothing' };
    case 'too_big':
      return failure(
        'xcom_too_big',
        'The result is too big.',
        `${result.bytes} bytes, at most ${maxBytes} are taken`,
      );
    case 'incomplete':
      return failure('xcom_lost', 'The task exited 0, but its result is lost.', result.detail);
    case 'value': {
      const problem = jsonProblem(result.bytes);
      return problem === undefined ? result : failure('xcom_invalid', 'The result is not JSON.', problem);
    }
  }
}

function failure(
  reason: 'xcom_too_big' | 'xcom_lost' | 'xcom_invalid',
  summary: string,
  detail: string,
): XcomVerdict {
  return { kind: 'failure', diagnosis: diagnosis(reason, { summary, detail, exitCode: 0 }) };
}

/** Says where the text stops being JSON, without quoting it: a result may hold what nobody should read in a log. */
function jsonProblem(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return `${bytes.length} bytes that are not UTF-8`;
  }
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const at = error instanceof SyntaxError ? /position \d+/.exec(error.message)?.[0] : undefined;
    return `${bytes.length} bytes, not JSON${at === undefined ? '' : ` from ${at} on`}`;
  }
}
