/** Called before and after each call of a fake; throws to let the call fail before, or after, it has happened. */
export type Fault = (call: string, moment: 'before' | 'after') => void | Promise<void>;

/** failOnce lets the first call that matches fail with this error, before or after it has happened. */
export function failOnce(pattern: RegExp, moment: 'before' | 'after', error: unknown): Fault {
  let isSpent = false;
  return (call, at) => {
    if (isSpent || at !== moment || !pattern.test(call)) return;
    isSpent = true;
    throw error;
  };
}

/** watched runs an operation of a fake between the two moments. */
export async function watched<T>(fault: Fault | undefined, call: string, operation: () => T): Promise<T> {
  await fault?.(call, 'before');
  // A real call is never over before the caller has gone on.
  await Promise.resolve();
  const result = operation();
  await fault?.(call, 'after');
  return result;
}
