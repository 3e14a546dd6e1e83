import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runCli } from '../../cli/run.ts';
import { startBus } from '../../local/bus/server.ts';
import { startStorageServer } from '../../local/storage/server.ts';
import { createBucket } from '../../local/topics.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import { systemClock } from '../../shared/time.ts';
import { TestContext } from '../cli/test-context.ts';
import { witness, witnessFolder } from '../secrets/witness.ts';

const cli = join(import.meta.dirname, '..', '..', 'cli', 'taskpod.mjs');
const topic = 'projects/p/topics/tasks';
const never = new AbortController().signal;

/** What a command has said, and how it ended. */
interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

/** A running command. */
export interface RunningCli {
  /** Resolves as soon as the output has this text. */
  says(text: string): Promise<void>;
  /** What it has said so far. */
  said(): { out: string; err: string };
  kill(signal: NodeJS.Signals): void;
  ended: Promise<CliResult>;
}

/** startCli starts the real command as a process of its own, with this environment alone. */
export function startCli(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; stdin?: string } = {},
): RunningCli {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env.PATH, ...options.env },
    cwd: options.cwd ?? tmpdir(),
  });
  const texts = { out: '', err: '' };
  const arrived = new EventTarget();
  for (const [name, stream] of [['out', child.stdout] as const, ['err', child.stderr] as const]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      witness(`taskpod ${args[0]}`, text);
      arrived.dispatchEvent(new Event('text'));
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const ended = once(child, 'close').then(([code]) => ({ code, ...texts }));
  return {
    says: async text => {
      while (!`${texts.out}${texts.err}`.includes(text)) {
        const gone = ended.then(result => {
          throw new Error(`ended without saying "${text}": ${result.out}${result.err}`);
        });
        await Promise.race([once(arrived, 'text'), gone]);
      }
    },
    said: () => ({ ...texts }),
    kill: signal => child.kill(signal),
    ended,
  };
}

/** A bucket and a topic on this machine, as a deployment has them. */
export interface Deployment {
  env: Record<string, string>;
  store: ObjectStore;
  /** Messages published so far; each is given once. */
  published(): Promise<{ id: string; data: string; attributes: Record<string, string> }[]>;
  /** The command without a process of its own, against the same bucket. */
  call(...args: string[]): Promise<CliResult>;
  run(
    args: readonly string[],
    options?: { stdin?: string; env?: Record<string, string> },
  ): Promise<CliResult>;
  start(args: readonly string[], options?: { stdin?: string; env?: Record<string, string> }): RunningCli;
  close(): Promise<void>;
}

const pulled = z.object({
  receivedMessages: z
    .array(
      z.object({
        ackId: z.string(),
        message: z.object({
          messageId: z.string(),
          data: z.string(),
          attributes: z.record(z.string(), z.string()).default({}),
        }),
      }),
    )
    .default([]),
});

/** startDeployment starts a storage server and a bus. */
export async function startDeployment(): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpod-cli-'));
  const storage = await startStorageServer({ folder, port: 0 });
  const bus = await startBus({ port: 0 });
  await createBucket(storage.url, 'test-bucket', never);
  const pubsub = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`http://${bus.host}/v1/${path}`, { method, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  await pubsub('PUT', topic, {});
  await pubsub('PUT', 'projects/p/subscriptions/all', { topic });
  const env = {
    TASKPOD_BUCKET: 'test-bucket',
    TASKPOD_TASKS_TOPIC: topic,
    STORAGE_EMULATOR_HOST: storage.url,
    PUBSUB_EMULATOR_HOST: bus.host,
  };
  const start: Deployment['start'] = (args, options = {}) =>
    startCli(args, { ...options, env: { ...env, ...options.env } });
  const store = connectStore({
    bucket: 'test-bucket',
    retryDeps: { clock: systemClock, random: Math.random },
    emulatorHost: storage.url,
  });
  return {
    env,
    store,
    call: async (...args) => {
      const context = new DeployedContext(store);
      const code = await runCli(args, context);
      return { code, out: context.out.text, err: context.err.text };
    },
    published: async () => {
      const answer = await pubsub('POST', 'projects/p/subscriptions/all:pull', {
        maxMessages: 10,
        returnImmediately: true,
      });
      const { receivedMessages } = pulled.parse(answer);
      const ackIds = receivedMessages.map(({ ackId }) => ackId);
      if (ackIds.length > 0) await pubsub('POST', 'projects/p/subscriptions/all:acknowledge', { ackIds });
      return receivedMessages.map(({ message }) => ({
        id: message.messageId,
        data: Buffer.from(message.data, 'base64').toString(),
        attributes: message.attributes,
      }));
    },
    start,
    run: (args, options) => start(args, options).ended,
    close: async () => {
      await witnessFolder(folder);
      await storage.close();
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads the deployment's bucket, for a pipe. */
class DeployedContext extends TestContext {
  readonly #deployed: ObjectStore;

  constructor(deployed: ObjectStore) {
    super(false);
    this.#deployed = deployed;
  }

  override async store(): Promise<ObjectStore> {
    return this.#deployed;
  }
}
