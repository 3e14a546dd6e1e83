import { isControlMessage, readControlMessage } from '../../shared/control-message.ts';
import { type DeadLetterSource, deadLetterSource, namedIdentity } from '../../shared/dead-letter.ts';
import type { PulledMessage } from '../../shared/ports/subscriptions.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import type { RunKey } from '../../shared/run.ts';
import { decodeJson } from '../../shared/task/json.ts';
import { isRecord } from '../../shared/task/raw.ts';
import { readRun } from '../../shared/task/rules/run.ts';
import { watchMessageSchema } from '../../shared/watch-message.ts';

/** A dead letter, with all that it says of itself. */
export interface DeadLetter {
  message: PulledMessage;
  /** Undefined when it does not say where it came from. */
  source: DeadLetterSource | undefined;
  /** `unreadable`: neither of the functions would take it. */
  kind: 'task' | 'cancel' | 'retry' | 'ticket' | 'sweep' | 'unreadable';
  /** Its JSON; undefined when it is none. */
  value: unknown;
  /** The run it is about, where it names one; of a task without run_id that its first message id is. */
  run: RunKey | undefined;
  /** A task without run_id: its run is named by the id of its first message. */
  needsRunId: boolean;
  /** Who it was at first, where it says so: it was a dead letter before. */
  identity: MessageIdentity | undefined;
}

/** Stands for the run_id of a task that names none, until its first message id is known. */
const unknownRunId = '?';

/** readLetter takes a dead letter apart. Pure; never throws. */
export function readLetter(message: PulledMessage): DeadLetter {
  const identity = namedIdentity(message.attributes);
  const { value, problems } = decodeJson(message.data);
  const letter = {
    message,
    source: deadLetterSource(message.attributes),
    kind: 'unreadable',
    value,
    run: undefined,
    needsRunId: false,
    identity,
  } as const;
  const watch = watchMessageSchema.safeParse(value);
  if (watch.success) return { ...letter, kind: watch.data.kind };
  if (isControlMessage(value)) {
    const read = readControlMessage(value);
    return read.ok ? { ...letter, kind: read.message.kind, run: read.message.run } : letter;
  }
  if (!isRecord(value)) return letter;
  const { run } = readRun(value, identity?.messageId ?? unknownRunId, problems);
  const needsRunId = (value.run_id ?? undefined) === undefined && identity === undefined;
  return { ...letter, kind: 'task', run, needsRunId };
}

/** withIdentity is a dead letter whose first message is known now. */
export function withIdentity(letter: DeadLetter, identity: MessageIdentity): DeadLetter {
  const { run, needsRunId } = letter;
  return {
    ...letter,
    identity,
    needsRunId: false,
    run: run && needsRunId ? { ...run, runId: identity.messageId } : run,
  };
}
