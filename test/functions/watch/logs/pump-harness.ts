import { pumpLog } from '../../../../functions/watch/logs/pump.ts';
import type {
  ContainerEnd,
  PumpedLog,
  PumpLogOptions,
} from '../../../../functions/watch/logs/pump-options.ts';
import { logNames } from '../../../../functions/watch/logs/stored-log.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { ScriptedLogs } from '../../../fakes/scripted-logs.ts';
import { LogBucket } from './log-bucket.ts';

/** One container whose log is pumped: a clock, a kubelet, a bucket, and the news of its end. */
export class PumpHarness {
  readonly attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
  readonly names = logNames(this.attempt, 'base');
  readonly clock = new ManualClock();
  readonly logs = new ScriptedLogs(this.clock);
  readonly bucket = new LogBucket();
  readonly abort = new AbortController();
  readonly #ended = Promise.withResolvers<ContainerEnd>();

  /** Starts a pump; one that has been there before finds what that one has written. */
  start(options: Partial<PumpLogOptions> = {}): Promise<PumpedLog> {
    const pumping = this.#start(options);
    pumping.catch(() => undefined);
    return pumping;
  }

  async #start(options: Partial<PumpLogOptions>): Promise<PumpedLog> {
    return await pumpLog({
      attempt: this.attempt,
      namespace: 'tasks',
      pod: 'p',
      container: 'base',
      stored: await this.bucket.listing(),
      pods: this.logs,
      store: this.bucket,
      clock: this.clock,
      random: () => 0.5,
      ended: this.#ended.promise,
      signal: this.abort.signal,
      ...options,
    });
  }

  /** The container ends, and the watch shows it so many milliseconds later. */
  async endContainer(newsAfterMs = 0, how: ContainerEnd = 'terminated'): Promise<void> {
    this.logs.end();
    await this.clock.advance(newsAfterMs);
    await this.tellEnd(how);
  }

  /** The watch shows the container's end. */
  async tellEnd(how: ContainerEnd = 'terminated'): Promise<void> {
    this.#ended.resolve(how);
    await this.clock.settle();
  }

  /** The composed log. */
  get composed(): string | undefined {
    return this.bucket.text(this.names.log);
  }
}
