import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

const program = join(import.meta.dirname, 'serve-locally.ts');
const guard = new URL('../../cluster/support/end-with-parent.mjs', import.meta.url).href;
const startWithinMs = 20_000;

/**
 * One of the project's own servers, in a process of its own. They take the place of Google's emulators, because these do not what
 * matters here: the one of Cloud Storage does not check every precondition, and the one of Pub/Sub lets a message that was refused a
 * few times wait for minutes, whatever its retry policy says.
 */
export class LocalServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Cloud Storage, in a folder. */
  static storage(folder: string): Promise<LocalServer> {
    return LocalServer.#start([folder]);
  }

  /** Pub/Sub, in memory. */
  static pubsub(): Promise<LocalServer> {
    return LocalServer.#start([]);
  }

  /** Throws when it does not serve within 20 s. */
  static async #start(args: string[]): Promise<LocalServer> {
    const child = spawn(process.execPath, ['--import', guard, program, ...args], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const lines = createInterface({ input: child.stdout ?? Readable.from([]) });
    try {
      const [url] = await once(lines, 'line', { signal: AbortSignal.timeout(startWithinMs) });
      return new LocalServer(String(url), child);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
