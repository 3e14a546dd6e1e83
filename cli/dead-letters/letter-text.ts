import { formatRun } from '../../shared/run.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { DeadLetter } from './read-letter.ts';

/** What has become of a dead letter's run; `problem`: what is there of it cannot be read. */
export interface LetterState {
  state?: RunState | undefined;
  problem?: string;
}

/** A dead letter as `--json` shows it. */
export function letterDocument(letter: DeadLetter, { state, problem }: LetterState) {
  const { message, source, kind, run, needsRunId } = letter;
  return {
    message_id: message.messageId,
    subscription: source?.subscription ?? null,
    deliveries: source?.deliveries ?? null,
    /** When it was published at first, and when it became a dead letter. */
    published_at: source?.publishTime ?? null,
    dead_since: message.publishTime,
    kind,
    run: runText(letter) ?? null,
    dag_id: run?.dagId ?? null,
    run_id: run === undefined || needsRunId ? null : run.runId,
    task_id: run?.taskId ?? null,
    map_index: run?.mapIndex ?? null,
    state: state?.state ?? null,
    reason: state?.reason ?? '',
    summary: state?.outcome?.summary ?? problem ?? '',
  };
}

/** runText is the run that a dead letter is about; undefined when it names none. */
export function runText({ run }: DeadLetter): string | undefined {
  return run && formatRun(run);
}

/** What is known of why a message is a dead letter; the rest is in the functions' log. */
export function whyText({ source, kind }: DeadLetter): string {
  const time = source?.publishTime;
  const log =
    time === undefined
      ? 'The log of the functions tells why each delivery failed.'
      : `The log of the functions tells why each delivery failed: look for published_at ${time}.`;
  return kind === 'unreadable' ? `It is no message that the functions read.\n${log}` : log;
}

/** bodyText is the data of a message as text; undefined when it is none. */
export function bodyText(data: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}
