import { keptLogs } from '../shared/claim.ts';
import { TaskpodError } from '../shared/errors.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { formatRun, type RunKey } from '../shared/run.ts';
import type { RunState } from '../shared/run-state.ts';
import type { Context } from './context.ts';
import { cloudPace, followRun, localPace } from './follow.ts';
import { LiveLine } from './live-line.ts';
import { stateText } from './render.ts';
import { renderLog } from './render-log.ts';
import { durationText, runDocument } from './run-document.ts';
import type { Settings } from './settings.ts';
import type { Sink } from './sink.ts';

/** What of a Run is shown while it goes on. */
export interface ShowOptions {
  run: RunKey;
  /** The message that was published just now; a Run that is from another one is told. */
  messageId?: string;
  /** One line of JSON per item on the output; without it, states go to the error output and lines to the output. */
  json: boolean;
  /** Show state changes. */
  states: boolean;
  /** Show the log; absent: not. */
  log?: { container: string | undefined; timestamps: boolean };
  appearWithinMs?: number;
  withinMs: number;
  /** Default: the first attempt. */
  fromTry?: number;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** After that long a person wants to know that it is not the task that is slow. */
const untakenMs = 30_000;

/** showRun follows a Run to its end and shows it; returns the last state. Throws as {@link followRun} does. */
export async function showRun(
  options: ShowOptions,
  settings: Settings,
  store: ObjectStore,
  context: Context,
): Promise<RunState> {
  const { run, log } = options;
  const { out, clock } = context;
  const reporter = new StateReporter(options, context);
  let containers: readonly string[] | undefined;
  const items = followRun({
    run,
    store,
    clock,
    pace: settings.source === 'local' ? localPace : cloudPace,
    ...(log ? { wanted: name => log.container === undefined || log.container === name } : {}),
    ...(options.fromTry === undefined ? {} : { fromTry: options.fromTry }),
    ...(options.appearWithinMs === undefined ? {} : { appearWithinMs: options.appearWithinMs }),
    withinMs: options.withinMs,
    signal: context.signal,
  });
  try {
    for await (const item of items) {
      if (item.kind === 'end') return item.state;
      if (item.kind === 'look') {
        containers = keptLogs(item.state?.claim);
        checkContainer(log?.container, containers);
        await reporter.look(item.state);
      } else if (log) {
        const prefixed = log.container === undefined && (containers?.length ?? 0) > 1;
        await reporter.live.clear();
        await out.write(renderLog(item, { json: options.json, timestamps: log.timestamps, prefixed }, out));
      }
    }
  } finally {
    await reporter.live.clear();
  }
  throw new Error('following ended without an end');
}

/** checkContainer throws `bad_usage` when the named container is not one whose log is kept. */
export function checkContainer(wanted: string | undefined, kept: readonly string[] | undefined): void {
  if (wanted === undefined || kept === undefined || kept.includes(wanted)) return;
  throw new TaskpodError('bad_usage', `the log of a container "${wanted}" is not kept`, {
    action: kept.length === 0 ? 'The task keeps no log.' : `Choose one of: ${kept.join(', ')}.`,
  });
}

/** Tells each change of the state once; on a terminal, the present one all the time. */
class StateReporter {
  readonly live: LiveLine;
  readonly #options: ShowOptions;
  readonly #context: Context;
  readonly #startedAt: number;
  #told = '';
  #looks = 0;
  #warned = false;
  #isOld = false;

  constructor(options: ShowOptions, context: Context) {
    this.live = new LiveLine(context.err);
    this.#options = options;
    this.#context = context;
    this.#startedAt = context.clock.monotonicMs();
  }

  async look(state: RunState | undefined): Promise<void> {
    const { err, clock } = this.#context;
    const name = formatRun(this.#options.run);
    const elapsedMs = clock.monotonicMs() - this.#startedAt;
    if (state === undefined && elapsedMs > untakenMs && !this.#warned) {
      this.#warned = true;
      await this.live.clear();
      await err.write(
        'Nothing has taken the message so far. Look at the tasks topic: has it a push subscription, and what does launch answer?\n',
      );
    }
    if (state !== undefined) {
      await this.#tellOld(state.messageId, err);
      await this.#tell(state, err);
    }
    if (state?.ended) return;
    const word = state === undefined ? 'published' : state.state;
    const turn = spinner[this.#looks++ % spinner.length] ?? '';
    await this.live.show(`${turn} ${word} ${name} ${durationText(elapsedMs)}`);
  }

  /** A run_id is done once: whoever submits it again should know that this is the first one. */
  async #tellOld(messageId: string | undefined, err: Sink): Promise<void> {
    const { run, messageId: published, json } = this.#options;
    if (published === undefined || messageId === undefined || messageId === published || this.#isOld) return;
    this.#isOld = true;
    if (json) return;
    await this.live.clear();
    await err.write(
      `${formatRun(run)} was published before (message ${messageId}), and a run is done only once: this is that one. For a new one, use another run_id.\n`,
    );
  }

  async #tell(state: RunState, err: Sink): Promise<void> {
    const now = `${state.tryNumber} ${state.state}`;
    if (now === this.#told) return;
    this.#told = now;
    if (!this.#options.states) return;
    const name = formatRun(state.run);
    const attempt = state.tryNumber > 1 ? ` (attempt ${state.tryNumber})` : '';
    if (this.#options.json) {
      const { outcome: _, ...document } = runDocument(state);
      await this.#context.out.write(`${JSON.stringify({ type: 'state', ...document })}\n`);
    } else if (!state.ended) {
      await this.live.clear();
      await err.write(`${stateText(err, state.state)} ${name}${attempt}\n`);
    }
  }
}
