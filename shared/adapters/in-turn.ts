import pLimit from 'p-limit';
import { abortedError } from '../time.ts';
import { untilAborted } from './deadline.ts';

/** Runs an operation in its turn; a signal that fires before ends the waiting with `aborted`. */
export type InTurn = <T>(operation: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** inTurn lets so many operations go on at a time; the others wait, in the order in which they have come. */
export function inTurn(atOnce: number): InTurn {
  const limit = pLimit(atOnce);
  return (operation, signal) => {
    const whenFree = async () => {
      if (signal.aborted) throw abortedError(signal);
      return operation();
    };
    return untilAborted(limit(whenFree), signal);
  };
}
