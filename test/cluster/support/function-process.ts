import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { witness } from '../../secrets/witness.ts';
import { repository } from './environment.ts';
import { waitFor } from './wait.ts';

const framework = join(
  repository,
  'node_modules',
  '@google-cloud',
  'functions-framework',
  'build/src/main.js',
);

const guard = new URL('./end-with-parent.mjs', import.meta.url).href;

/** What is started, and how. */
export interface FunctionOptions {
  /** The folder with the built function. */
  source: string;
  /** The name that the function registers. */
  target: string;
  /** Default: a free one. */
  port?: number;
  /** The whole environment but PATH and HOME. */
  env: Record<string, string>;
}

/** A function that runs under the functions framework in a process of its own. */
export interface FunctionProcess {
  readonly target: string;
  readonly pid: number;
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** All that it has printed, both streams. */
  logs(): string;
  isRunning(): boolean;
  /** How it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Tells the process something, which a built function does not listen to. */
  send(message: object): void;
  /** Sends a signal (default SIGTERM) and waits until the process is gone; after 30 s it is killed. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** startFunctionProcess starts a function and waits until it listens. */
export async function startFunctionProcess(options: FunctionOptions): Promise<FunctionProcess> {
  const port = options.port ?? (await freePort());
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(
    process.execPath,
    [
      '--import',
      guard,
      framework,
      `--source=${options.source}`,
      `--target=${options.target}`,
      `--port=${port}`,
    ],
    { env: { PATH, HOME, ...options.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      witness(options.target, text);
      printed.push(text);
    });
  }
  const ended = new Promise<Awaited<FunctionProcess['ended']>>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const logs = (): string => printed.join('');
  await waitFor(
    async () => {
      if (!isRunning()) throw new Error(`${options.target} ended before it listened:\n${logs()}`);
      return (await isListening(port)) || undefined;
    },
    { what: `${options.target} to listen on port ${port}`, withinMs: 30_000, explain: logs },
  );
  return {
    target: options.target,
    pid: child.pid ?? -1,
    port,
    url: `http://127.0.0.1:${port}`,
    logs,
    isRunning,
    ended,
    send: message => {
      // One that ends at this moment hears nothing any more.
      if (child.connected) child.send(message, () => undefined);
    },
    kill: async (signal = 'SIGTERM') => {
      if (isRunning()) await killAndWait(child, signal);
    },
  };
}

async function killAndWait(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(tooLong);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise(resolve => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).then(answer => {
    socket.destroy();
    return answer === true;
  });
}
