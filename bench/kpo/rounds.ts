import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../../test/cluster/harness.ts';
import type { AuditedCall } from '../../test/cluster/support/audit.ts';
import { waitFor } from '../../test/cluster/support/wait.ts';
import type { BenchContext } from '../support/run-bench.ts';
import type { Batch, ReceivedLog, Side } from './side.ts';
import { shortTask, type Writing, writingTask } from './tasks.ts';

/** The audit log is written a moment after the answer. */
const auditMs = 500;

/** How often each thing is done by each side. */
export interface RoundCounts {
  /** One task at a time. */
  alone: number;
  /** One task by new processes. */
  anew: number;
  /** Several tasks at once, and how many. */
  together: number;
  atOnce: number;
  /** One large log, and its lines; its container ends with the last one. */
  logs: number;
  lines: number;
  /** The same, but the container lives on for {@link livesOnSeconds}. */
  livingLogs: number;
}

/** Longer than the ten seconds within which a kubelet rotates the log of a container that runs. */
export const livesOnSeconds = 15;

/** A log as it came, and when its container began to write. */
interface MeasuredLog {
  received: ReceivedLog;
  beganMs: number;
  cpuMs: number;
}

/** All that was measured of one side. */
export interface SideFigures {
  alone: Batch[];
  /** Those of the tasks alone; undefined where there is no audit log. */
  aloneCalls: AuditedCall[] | undefined;
  anew: { wholeMs: number; cpuMs: number }[];
  together: Batch[];
  logs: MeasuredLog[];
  livingLogs: MeasuredLog[];
}

/** Lets both sides do the same, in turns. */
export class Rounds {
  readonly figures: Record<Side['name'], SideFigures> = { kpo: noFigures(), taskpod: noFigures() };
  readonly #sides: readonly [Side, Side];
  readonly #deployment: Deployment;
  readonly #context: BenchContext;

  constructor(sides: readonly [Side, Side], deployment: Deployment, context: BenchContext) {
    this.#sides = sides;
    this.#deployment = deployment;
    this.#context = context;
  }

  async all(counts: RoundCounts): Promise<void> {
    const { alone, anew, together, atOnce, logs, lines, livingLogs } = counts;
    await this.#alternate('warm-up', 1, (side, id) => side.run([shortTask(id)]));
    const auditBefore = (await this.#audit())?.length;
    await this.#alternate('alone', alone, async (side, id) => {
      this.figures[side.name].alone.push(await side.run([shortTask(id)]));
    });
    const calls = (await this.#audit())?.slice(auditBefore);
    for (const { name } of this.#sides) this.figures[name].aloneCalls = calls;
    await this.#alternate('log', logs, async (side, id) => {
      this.figures[side.name].logs.push(await measureLog(side, id, { lines, staySeconds: 0 }));
    });
    await this.#alternate('living-log', livingLogs, async (side, id) => {
      const staySeconds = livesOnSeconds;
      this.figures[side.name].livingLogs.push(await measureLog(side, id, { lines, staySeconds }));
    });
    await this.#alternate('together', together, async (side, id) => {
      const tasks = Array.from({ length: atOnce }, (_, i) => shortTask(`${id}-${i}`));
      this.figures[side.name].together.push(await side.run(tasks));
    });
    await this.#alternate('anew', anew, async (side, id) => {
      this.figures[side.name].anew.push(await side.runAnew(shortTask(id)));
    });
  }

  /** Whoever is first in one round is second in the next. */
  async #alternate(
    name: string,
    rounds: number,
    turn: (side: Side, id: string) => Promise<unknown>,
  ): Promise<void> {
    const [one, other] = this.#sides;
    for (let round = 1; round <= rounds; round++) {
      for (const side of round % 2 === 1 ? [one, other] : [other, one]) {
        this.#context.check();
        this.#context.progress(`${name}, round ${round} of ${rounds}: ${side.name}`);
        await turn(side, `${side.name}-${name}-${round}`);
        await this.#clear();
      }
    }
  }

  /** The operator's sidecar does not end when it is told to; it must not run on beside the next measurement. */
  async #clear(): Promise<void> {
    const { namespace } = this.#deployment;
    for (const pod of await namespace.pods()) await namespace.deletePod(pod.metadata?.name ?? '');
    const isEmpty = async () => (await namespace.pods()).length === 0 || undefined;
    await waitFor(isEmpty, { what: 'the Pods to go', withinMs: 60_000 });
  }

  async #audit(): Promise<AuditedCall[] | undefined> {
    await sleep(auditMs);
    return this.#deployment.audit();
  }
}

async function measureLog(side: Side, id: string, writing: Writing): Promise<MeasuredLog> {
  const task = writingTask(id, writing);
  const { ran, cpuMs } = await side.run([task]);
  const beganMs = ran[0]?.containerBeganMs ?? Number.NaN;
  return { received: await side.log(task, writing.lines), beganMs, cpuMs };
}

function noFigures(): SideFigures {
  return { alone: [], aloneCalls: undefined, anew: [], together: [], logs: [], livingLogs: [] };
}
