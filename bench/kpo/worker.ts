import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { repository } from '../../test/cluster/support/environment.ts';
import { parseReport, parseStart, type TaskReport, type WorkerStart } from './worker-messages.ts';

const program = join(import.meta.dirname, 'worker.py');
const venvMs = 900_000;
const startMs = 120_000;

/** makeVenv gives the Python of the environment with Airflow that the exporter's tests use; makes it when there is none yet. */
export async function makeVenv(): Promise<string> {
  const script = join(repository, 'integrations', 'airflow', 'venv');
  const { stdout } = await promisify(execFile)(script, ['airflow3'], { timeout: venvMs });
  return join(stdout.trim(), 'bin', 'python');
}

/** What the worker is told about one task. */
export interface Order {
  id: string;
  arguments: Record<string, unknown>;
  log_file: string;
}

/** worker.py in a process of its own. */
export class Worker {
  readonly pid: number;
  readonly start: WorkerStart;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, PromiseWithResolvers<TaskReport>>();

  private constructor(child: ChildProcess, start: WorkerStart) {
    this.#child = child;
    this.pid = child.pid ?? -1;
    this.start = start;
  }

  /** Starts it and waits until it has imported the operator. `env` is its whole environment but PATH and HOME. */
  static async begin(python: string, env: Record<string, string>): Promise<Worker> {
    const { PATH = '', HOME = '' } = process.env;
    // Whatever this process was told about Python, the worker keeps its compiled modules, as Airflow's do.
    const child = spawn(python, [program], {
      env: { PATH, HOME, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const timer = setTimeout(() => child.kill('SIGKILL'), startMs);
    const ended = once(child, 'exit').then(() => {
      throw new Error('the worker ended before it could take a task');
    });
    const [first] = await Promise.race([once(lines, 'line'), ended]);
    clearTimeout(timer);
    const worker = new Worker(child, parseStart(String(first)));
    ended.catch(() => worker.#fail(new Error('the worker has ended')));
    lines.on('line', line => worker.#report(line));
    return worker;
  }

  /** Runs one task in a process that is forked for it. Throws when the task fails or takes too long. */
  async run(order: Order, withinMs: number): Promise<TaskReport> {
    const waiting = Promise.withResolvers<TaskReport>();
    this.#waiting.set(order.id, waiting);
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    const tooLong = new Error(`the operator's task ${order.id} took more than ${withinMs / 1_000} s`);
    const timer = setTimeout(() => waiting.reject(tooLong), withinMs);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(order.id);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #report(line: string): void {
    try {
      const report = parseReport(line);
      this.#waiting.get(report.id)?.resolve(report);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** No bench goes on after a task that failed. */
  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
