import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startBus } from '../../local/bus/server.ts';
import { startStorageServer } from '../../local/storage/server.ts';
import { createBucket } from '../../local/topics.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { attemptToFields } from '../../shared/attempt-fields.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../shared/outcome.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Attempt, RunKey } from '../../shared/run.ts';
import { systemClock } from '../../shared/time.ts';

const cli = join(import.meta.dirname, '..', '..', 'cli', 'taskpod.mjs');
const topic = 'projects/p/topics/tasks';
const never = new AbortController().signal;

/** What a command has said, and how it ended. */
export interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

/** A running command. */
export interface RunningCli {
  /** Resolves as soon as the output has this text. */
  says(text: string): Promise<void>;
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
  return {
    env,
    store: connectStore({
      bucket: 'test-bucket',
      retryDeps: { clock: systemClock, random: Math.random },
      emulatorHost: storage.url,
    }),
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
      await storage.close();
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes what launch and watch leave behind of an attempt, step by step. */
export class WrittenAttempt {
  readonly attempt: Attempt;
  readonly #store: ObjectStore;
  readonly #containers: string[];
  readonly #logs = new Map<string, string[]>();

  constructor(store: ObjectStore, run: RunKey, containers: string[] = ['base']) {
    this.#store = store;
    this.attempt = { ...run, tryNumber: 1 };
    this.#containers = containers;
  }

  async claim(): Promise<void> {
    const record = {
      version: 1,
      ...attemptToFields(this.attempt),
      scope: 'kubeconfig-x-0',
      queued_at: '2026-11-22T10:00:01.000Z',
      schedule_deadline_at: '2026-11-22T10:10:01.000Z',
      startup_timeout_seconds: 120,
      schedule_timeout_seconds: 600,
      base_container: 'base',
      log_containers: this.#containers,
      xcom: null,
      on_finish_action: 'delete_pod',
    };
    await this.#create(attemptObjects(this.attempt).launch, {
      version: 1,
      message_id: '7',
      claimed_at: '2026-11-22T10:00:01.000Z',
      record,
      pod: { cluster: 'kubeconfig', namespace: 'n', name: 'load-x' },
      task: {},
    });
  }

  async running(): Promise<void> {
    await this.#create(attemptObjects(this.attempt).running, {
      version: 1,
      started_at: '2026-11-22T10:00:02.000Z',
    });
  }

  async segment(text: string, container = 'base'): Promise<void> {
    const texts = this.#logs.get(container) ?? [];
    this.#logs.set(container, texts);
    texts.push(text);
    await this.#create(attemptObjects(this.attempt).segment(container, texts.length), text);
  }

  async end(changes: Partial<Outcome> = {}, xcom?: string): Promise<void> {
    const objects = attemptObjects(this.attempt);
    for (const [container, texts] of this.#logs) await this.#create(objects.log(container), texts.join(''));
    if (xcom !== undefined) await this.#create(objects.xcom, xcom);
    const bytes = Buffer.from(xcom ?? '');
    await this.#create(
      objects.outcome,
      writeOutcome({
        ...outcomeOf(this.attempt),
        xcom:
          xcom === undefined
            ? null
            : {
                object: objects.xcom,
                size: bytes.length,
                sha256: createHash('sha256').update(bytes).digest('hex'),
              },
        ...changes,
      }),
    );
  }

  async #create(name: string, body: unknown): Promise<void> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    await this.#store.create(name, text, { signal: never });
  }
}

/** outcomeOf is the outcome of an attempt that went well. */
export function outcomeOf(attempt: Attempt): Outcome {
  return {
    version: 1,
    ...attemptToFields(attempt),
    state: 'success',
    reason: 'completed',
    class: 'none',
    exit_code: 0,
    summary: 'The container ended with exit code 0.',
    detail: '',
    action: '',
    queued_at: '2026-11-22T10:00:01.000Z',
    scheduled_at: '2026-11-22T10:00:01.500Z',
    started_at: '2026-11-22T10:00:02.000Z',
    ended_at: '2026-11-22T10:00:09.500Z',
    pod: { cluster: 'kubeconfig', namespace: 'n', name: 'load-x', uid: 'u', node: 'node-1' },
    containers: [],
    xcom: null,
    events: ['e'],
  };
}
