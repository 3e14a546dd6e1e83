import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConnection } from '../../shared/adapters/kubernetes/connection.ts';

/** Not there yet: the API server answers 400 until the container runs. */
const notYet = 22;
const longestMs = 120_000;
const longestStreamMs = 600_000;

/** How often the size of curl's file is looked at. */
const lookMs = 20;

/** How much had come at a moment. */
export interface Mark {
  bytes: number;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** A log that curl has followed to its end. */
export interface FollowedByCurl {
  file: string;
  /** The first moment at which at least the wanted number of bytes was in the file; undefined when it never was. */
  mark: Mark | undefined;
}

/** A log that curl is following. */
export interface CurlStream {
  file: string;
  /** Bytes that have come so far. */
  size(): Promise<number>;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** curl, set up for one cluster in a folder of its own; `close` removes the folder. */
export class Curl {
  readonly #connection: ClusterConnection;
  readonly #folder: string;
  #streams = 0;

  private constructor(connection: ClusterConnection, folder: string) {
    this.#connection = connection;
    this.#folder = folder;
  }

  static async open(connection: ClusterConnection): Promise<Curl> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const { ca = '', cert = '', key = '' } = connection.tls;
    const headers = Object.entries(await connection.headers()).map(([name, value]) => `${name}: ${value}\n`);
    const files = { ca, cert, key, headers: headers.join('') };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content, { mode: 0o600 });
    }
    return new Curl(connection, folder);
  }

  /**
   * Follows the log of the container `base` with timestamps over HTTP/2 from its start, and notes when `markBytes` of it
   * had come; tries until the container runs.
   */
  async follow(namespace: string, pod: string, markBytes: number): Promise<FollowedByCurl> {
    const url = this.#logUrl(namespace, pod);
    const file = join(this.#folder, 'log');
    await rm(file, { force: true });
    for (const end = performance.now() + longestMs; performance.now() < end; await sleep(100)) {
      const running = this.#run(['--output', file, url]);
      const mark = await lookForMark(file, markBytes, running);
      const code = await running;
      if (code === 0) return { file, mark };
      if (code !== notYet) throw new Error(`curl ended with ${code}`);
    }
    throw new Error(`the log of ${pod} did not begin within ${longestMs / 1_000} s`);
  }

  /**
   * Follows such a log of a container that runs, from a time on (RFC 3339) or from its start, until `stop` is called or
   * {@link longestStreamMs} are over.
   */
  stream(namespace: string, pod: string, sinceTime?: string): CurlStream {
    const since = sinceTime === undefined ? '' : `&sinceTime=${encodeURIComponent(sinceTime)}`;
    const file = join(this.#folder, `${pod}-${++this.#streams}.log`);
    const url = `${this.#logUrl(namespace, pod)}${since}`;
    const child = this.#spawn(['--no-buffer', '--output', file, url], longestStreamMs);
    const ended = once(child, 'exit');
    return {
      file,
      size: () => sizeOf(file),
      isRunning: () => child.exitCode === null && child.signalCode === null,
      stop: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #logUrl(namespace: string, pod: string): string {
    const query = 'container=base&timestamps=true&follow=true';
    return `${this.#connection.server}/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
  }

  async #run(args: readonly string[]): Promise<number | null> {
    const child = this.#spawn(args, longestMs);
    await once(child, 'exit');
    return child.exitCode;
  }

  #spawn(args: readonly string[], timeoutMs: number): ChildProcess {
    const file = (name: string): string => join(this.#folder, name);
    const { ca, cert, key } = this.#connection.tls;
    return spawn(
      'curl',
      [
        ...['--silent', '--fail', '--http2', '--header', `@${file('headers')}`],
        ...(ca === undefined ? [] : ['--cacert', file('ca')]),
        ...(cert === undefined ? [] : ['--cert', file('cert')]),
        ...(key === undefined ? [] : ['--key', file('key')]),
        ...args,
      ],
      { stdio: 'ignore', timeout: timeoutMs, killSignal: 'SIGKILL' },
    );
  }
}

async function lookForMark(
  file: string,
  bytes: number,
  running: Promise<unknown>,
): Promise<Mark | undefined> {
  const ended = running.then(() => true);
  while (!(await Promise.race([ended, sleep(lookMs, false)]))) {
    const size = await sizeOf(file);
    if (size >= bytes) return { bytes: size, atMs: Date.now() };
  }
  return undefined;
}

async function sizeOf(file: string): Promise<number> {
  return existsSync(file) ? (await stat(file)).size : 0;
}
