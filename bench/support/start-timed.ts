import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { repository } from '../../test/cluster/support/environment.ts';
import { residentMiB } from './process-usage.ts';
import { push } from './push.ts';

const framework = join(repository, 'node_modules/@google-cloud/functions-framework/build/src/main.js');

/** A function that is started for its start alone. */
export interface TimedFunction {
  source: string;
  target: string;
  env: Record<string, string>;
  /** What is pushed to it as soon as it listens. */
  document: object;
}

/** Milliseconds from the start of the process, and its memory then. */
export interface StartTimes {
  /** Until the framework says that it listens, from its listen callback. */
  listeningMs: number;
  /** Until the first push was answered, sent at the moment of listening. */
  answeredMs: number;
  listeningMiB: number;
  /** The most that it has had until the first push was answered. */
  peakMiB: number;
}

/** startTimed starts a function in a new process, pushes once, and ends the process. */
export async function startTimed({ source, target, env, document }: TimedFunction): Promise<StartTimes> {
  const port = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [framework, `--source=${source}`, `--target=${target}`, `--port=${port}`],
    {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    },
  );
  const gone = once(child, 'exit');
  try {
    let printed = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      printed += text;
      if (!printed.includes('URL: ')) continue;
      const listeningMs = performance.now() - began;
      const pid = child.pid ?? -1;
      const listeningMiB = await residentMiB(pid, 'VmRSS');
      const pushed = performance.now();
      await push(`http://127.0.0.1:${port}`, document);
      const answeredMs = listeningMs + performance.now() - pushed;
      return { listeningMs, answeredMs, listeningMiB, peakMiB: await residentMiB(pid, 'VmHWM') };
    }
    throw new Error(`${target} ended before it listened: ${printed}`);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
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
