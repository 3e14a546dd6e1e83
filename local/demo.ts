import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Context } from '../cli/context.ts';
import { failureOf, tellFailure } from '../cli/failure.ts';
import { runCli } from '../cli/run.ts';
import { localSettings } from '../cli/settings.ts';
import { type Sink, streamSink } from '../cli/sink.ts';
import { connectInspectors } from '../shared/adapters/connect-inspectors.ts';
import { connectClientSubscriptions } from '../shared/adapters/pubsub/client-subscriptions.ts';
import { connectRestPublisher } from '../shared/adapters/pubsub/rest-publisher.ts';
import { connectStore } from '../shared/adapters/storage/connect.ts';
import { systemClock } from '../shared/time.ts';
import { type Stack, startStack } from './stack.ts';
import { localDeadLetters, localTopics } from './topics.ts';

const example = join(import.meta.dirname, '..', 'examples', 'hello.json');
const withinMs = 120_000;
const retryDeps = { clock: systemClock, random: Math.random };

/** Keeps what it passes on. */
class KeepingSink implements Sink {
  readonly #sink: Sink;
  text = '';

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get terminal(): boolean {
    return this.#sink.terminal;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    this.text += Buffer.from(chunk).toString('utf8');
    await this.#sink.write(chunk);
  }

  columns(): number {
    return this.#sink.columns();
  }

  style: Sink['style'] = (look, text) => this.#sink.style(look, text);
}

/** Starts everything, runs the example through it with the command line's own commands, and shows what is left of it. */
async function demo(out: Sink, err: Sink, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpod-demo-'));
  const say = (text: string): Promise<void> => out.write(`${text}\n`);
  await say(out.style('bold', 'Starting a store, a bus, a Pod emulator and both functions'));
  const startedAt = systemClock.monotonicMs();
  const notices: string[] = [];
  const stack = await startStack({
    folder,
    env: process.env,
    notice: text => notices.push(text),
    ...retryDeps,
    signal,
  });
  try {
    await say(`ready after ${((systemClock.monotonicMs() - startedAt) / 1_000).toFixed(1)} s`);
    await say(`Pods: ${stack.cluster}`);
    const command = async (...args: string[]): Promise<string> => {
      await say(out.style('bold', `\n$ taskpod ${args.join(' ').replace(example, 'examples/hello.json')}`));
      const kept = new KeepingSink(out);
      const code = await runCli(args, demoContext(stack, kept, err, signal));
      if (signal.aborted) throw new DemoFailure(`it was not done within ${withinMs / 1_000} s`, stack);
      if (code !== 0) throw new DemoFailure(`"taskpod ${args[0]}" ended with exit code ${code}`, stack);
      return kept.text;
    };
    const log = await command('submit', '--follow', '--set', 'run_id=demo', example);
    const value = await command('xcom', 'demo');
    await command('status', 'demo');
    if (log.trim() === '') throw new DemoFailure('the log is empty', stack);
    if (value.trim() === '') throw new DemoFailure('there is no XCom value', stack);
    if (notices.length > 0) throw new DemoFailure(notices.join('; '), stack);
  } finally {
    await stack.close();
  }
  await say(out.style('bold', '\nWhere everything lies'));
  for (const name of await filesBelow(stack.bucketFolder)) {
    const { size } = await stat(join(stack.bucketFolder, name));
    await say(`${String(size).padStart(6)} bytes  ${name}`);
  }
  await say(`in ${stack.bucketFolder}\nand what the functions said in ${stack.logFolder}`);
  await say('Run your own tasks with: npx taskpod local');
}

function demoContext(stack: Stack, out: Sink, err: Sink, signal: AbortSignal): Context {
  const { bucket, urls, namespaces, clusters, kubeconfig } = stack;
  const settings = localSettings({
    bucket,
    tasks_topic: localTopics.tasks,
    watch_topic: localTopics.watch,
    dead_letters_subscription: localDeadLetters,
    kubeconfig,
    namespace: namespaces[0] ?? '',
    namespaces,
    clusters,
    storage_url: urls.storage,
    pubsub_url: urls.pubsub,
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    out,
    err,
    clock: systemClock,
    signal,
    settings: async () => settings,
    store: async () => connectStore({ bucket, retryDeps, emulatorHost: urls.storage }),
    publisher: async () => connectRestPublisher({ retryDeps, emulatorHost: urls.pubsub }),
    inspectors: async () => connectInspectors({ ...settings, userAgent: 'taskpod-doctor', retryDeps }),
    clusters: async () => {
      throw new Error('the demo looks at no Pods');
    },
    subscriptions: async () => connectClientSubscriptions({ retryDeps, emulatorHost: urls.pubsub }),
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Something is off; `message` says what. */
class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
  readonly action: string;

  constructor(what: string, { logFolder }: Stack) {
    super(`the demo has failed: ${what}`);
    this.action = `Read what the functions said in ${logFolder}.`;
  }
}

async function main(): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
  const out = streamSink(process.stdout);
  const err = streamSink(process.stderr);
  try {
    await demo(out, err, AbortSignal.any([interrupted.signal, AbortSignal.timeout(withinMs)]));
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    const failure =
      error instanceof DemoFailure
        ? { code: 'demo_failed', message: error.message, action: error.action }
        : failureOf(error);
    await tellFailure(failure, false, { out, err });
    return 1;
  }
}

process.exitCode = await main();
