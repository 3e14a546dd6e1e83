import { TaskpodError } from '../../errors.ts';
import { connectionError } from './api.ts';

/**
 * mappedStream passes bytes on and turns whatever a cut connection throws into `kubernetes_unavailable` (or `aborted`
 * when it was the caller's signal), so that nobody downstream knows the HTTP client's errors.
 */
export async function* mappedStream(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw connectionError(error, signal);
  }
}

/**
 * withStallCheck aborts a stream on which no byte has come for `stallMs`: a connection can die without closing, and a
 * watch sends at least a bookmark a minute. The given abort function must end the underlying request.
 */
export async function* withStallCheck(
  stream: AsyncIterable<Uint8Array>,
  stallMs: number,
  abort: (reason: TaskpodError) => void,
): AsyncGenerator<Uint8Array> {
  const stalled = () =>
    abort(
      new TaskpodError('kubernetes_unavailable', `no byte came for ${stallMs / 1_000} s`, {
        retryable: true,
      }),
    );
  let timer = setTimeout(stalled, stallMs);
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(stalled, stallMs);
    }
  } finally {
    clearTimeout(timer);
  }
}
