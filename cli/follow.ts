import { TaskpodError } from '../shared/errors.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { formatRun, type RunKey } from '../shared/run.ts';
import type { RunState } from '../shared/run-state.ts';
import type { Clock } from '../shared/time.ts';
import { LogCursor } from './log-cursor.ts';
import type { LogLine } from './log-lines.ts';
import { type KnownDocuments, readRun, type StoredRun } from './read-run.ts';

/** How often the bucket is asked. */
export interface Pace {
  /** Pause after something new was seen. */
  firstMs: number;
  /** Longest pause; each one without news is half as long again as the one before. */
  maxMs: number;
}

/** Next to a bucket on this machine. */
export const localPace: Pace = { firstMs: 500, maxMs: 500 };
/** Each look is a listing that is paid for. */
export const cloudPace: Pace = { firstMs: 1_000, maxMs: 3_000 };

/** What following a Run tells. */
export type FollowItem =
  /** At the beginning of each look at the bucket; undefined while the Run has no attempt. */
  | { kind: 'look'; state: RunState | undefined }
  | { kind: 'lines'; tryNumber: number; container: string; lines: LogLine[] }
  /** The Run has ended, and its log has been told. Comes last. */
  | { kind: 'end'; state: RunState };

/** How to follow. */
export interface FollowOptions {
  run: RunKey;
  store: ObjectStore;
  clock: Clock;
  pace: Pace;
  /** Which containers' logs to show; absent: no log at all. */
  wanted?: (container: string) => boolean;
  /** Attempts before this one are over and are not looked at. Default: the first. */
  fromTry?: number;
  /** Milliseconds until the Run must have an attempt; then `not_found` is thrown. Default: no bound of its own. */
  appearWithinMs?: number;
  /** Milliseconds in all; then `deadline_exceeded` is thrown. */
  withinMs: number;
  signal: AbortSignal;
}

/**
 * followRun looks at the bucket again and again until the Run has ended, and gives its log as it comes, every line
 * once.
 */
export async function* followRun(options: FollowOptions): AsyncGenerator<FollowItem> {
  const { run, store, clock, pace, signal, fromTry = 1 } = options;
  const read = async () => since(await readRun(run, store, signal, documents), fromTry);
  const cursors = new Map<string, LogCursor>();
  const documents: KnownDocuments = new Map();
  const startedAt = clock.monotonicMs();
  let seen = '';
  let pauseMs = pace.firstMs;
  for (;;) {
    let stored = await read();
    // A listing of several pages may be older than the outcome at its end; one that begins after the outcome is complete.
    if (stored.state?.ended) stored = await read();
    const { state } = stored;
    yield { kind: 'look', state };
    const now = describe(stored);
    let news = now !== seen;
    seen = now;
    for await (const item of newLines(stored, options, cursors)) {
      news = true;
      yield item;
    }
    if (state?.ended) {
      yield { kind: 'end', state };
      return;
    }
    checkTime(options, clock.monotonicMs() - startedAt, state);
    pauseMs = news ? pace.firstMs : Math.min(pace.maxMs, pauseMs * 1.5);
    await clock.sleep(pauseMs, signal);
  }
}

/** Leaves out the attempts before one; a Run that has only those has nothing yet. */
function since({ attempts, state }: StoredRun, fromTry: number): StoredRun {
  return {
    attempts: attempts.filter(({ tryNumber }) => tryNumber >= fromTry),
    state: state !== undefined && state.tryNumber >= fromTry ? state : undefined,
  };
}

async function* newLines(
  stored: StoredRun,
  options: FollowOptions,
  cursors: Map<string, LogCursor>,
): AsyncGenerator<FollowItem> {
  const { wanted, store, signal } = options;
  if (wanted === undefined) return;
  for (const { tryNumber, logs } of stored.attempts) {
    const over = stored.state?.ended || tryNumber !== stored.state?.tryNumber;
    for (const [container, log] of logs) {
      if (!wanted(container)) continue;
      const key = `${tryNumber}/${container}`;
      const cursor = cursors.get(key) ?? new LogCursor(store);
      cursors.set(key, cursor);
      for await (const lines of cursor.advance(log, signal)) {
        if (lines.length > 0) yield { kind: 'lines', tryNumber, container, lines };
      }
      const last = over && !cursor.done ? cursor.end() : [];
      if (last.length > 0) yield { kind: 'lines', tryNumber, container, lines: last };
    }
  }
}

function describe({ state }: StoredRun): string {
  return state === undefined ? '-' : `${state.tryNumber} ${state.state}`;
}

function checkTime(options: FollowOptions, elapsedMs: number, state: RunState | undefined): void {
  const { run, appearWithinMs = Number.POSITIVE_INFINITY, withinMs } = options;
  const name = formatRun(run);
  if (state === undefined && elapsedMs >= appearWithinMs) {
    throw new TaskpodError('not_found', `there is no run ${name}`, {
      action:
        'See "taskpod list". A message that nothing takes stays in the subscription of the tasks topic.',
    });
  }
  if (elapsedMs >= withinMs) {
    throw new TaskpodError(
      'deadline_exceeded',
      `${name} has not ended after ${Math.round(withinMs / 1_000)} s`,
      { action: `The run goes on. Look again with "taskpod status ${name}".` },
    );
  }
}
