import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Env } from '../shared/config.ts';
import { TaskpodError } from '../shared/errors.ts';
import { abortedError, type Clock } from '../shared/time.ts';

/** What is served, and where. */
export interface FunctionOptions {
  /** `launch` or `watch`. */
  name: string;
  port: number;
  /** Its whole environment. */
  env: Env;
  /** Everything it prints goes there. */
  logFile: string;
  clock: Clock;
  /** Told when it ended and is started again. */
  notice: (text: string) => void;
  signal: AbortSignal;
}

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const guard = new URL('function-guard.mjs', import.meta.url).href;
const startWithinMs = 60_000;
const stopWithinMs = 8_000;
const longestPauseMs = 10_000;
/** Who lived that long is not in a loop of crashes. */
const healthyMs = 30_000;

/** One function under the functions framework, as a process that is started again when it ends. */
export class FunctionProcess {
  readonly url: string;
  readonly #options: FunctionOptions;
  readonly #stopped = new AbortController();
  #child: ChildProcess | undefined;
  #life: Promise<void> = Promise.resolve();

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** Starts it and waits until it answers. Throws `deadline_exceeded`, or `invalid_configuration` when it ends at once. */
  async start(): Promise<void> {
    const { signal } = this.#options;
    const { ended } = await this.#spawn();
    const giveUp = new AbortController();
    const until = AbortSignal.any([signal, giveUp.signal]);
    try {
      await Promise.race([this.#answers(until), ended.then(how => this.#failToStart(how))]);
    } finally {
      giveUp.abort();
    }
    this.#life = this.#keepAlive(ended);
  }

  /** Ends it, kindly first. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise(resolve => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    }
    await this.#life;
  }

  async #keepAlive(first: Promise<string>): Promise<void> {
    const { name, clock, notice, logFile } = this.#options;
    const { signal } = this.#stopped;
    let ended = first;
    let pauseMs = 250;
    for (;;) {
      const bornAt = clock.monotonicMs();
      const how = await ended;
      if (signal.aborted) return;
      pauseMs = clock.monotonicMs() - bornAt > healthyMs ? 250 : Math.min(longestPauseMs, pauseMs * 2);
      notice(`${name} ended (${how}) and is started again; what it said is in ${logFile}`);
      await clock.sleep(pauseMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      ({ ended } = await this.#spawn());
    }
  }

  /** Starts the process; `ended` resolves with how it ended. */
  async #spawn(): Promise<{ ended: Promise<string> }> {
    const { name, port, env, logFile } = this.#options;
    const framework = createRequire(import.meta.url).resolve('@google-cloud/functions-framework');
    await mkdir(dirname(logFile), { recursive: true });
    const log = await open(logFile, 'a', 0o600);
    const args = [
      '--import',
      guard,
      join(dirname(framework), 'main.js'),
      `--source=${join(repository, 'functions', name, 'index.ts')}`,
      `--target=${name}`,
      `--port=${port}`,
    ];
    const child = spawn(process.execPath, args, {
      cwd: dirname(logFile),
      env,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    this.#child = child;
    const ended = new Promise<string>(resolve => {
      child.once('error', error => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    await log.close();
    return { ended };
  }

  async #answers(signal: AbortSignal): Promise<void> {
    const { name, clock, logFile } = this.#options;
    const startedAt = clock.monotonicMs();
    while (clock.monotonicMs() - startedAt < startWithinMs) {
      if (signal.aborted) throw abortedError(signal);
      // The framework answers this one itself.
      const within = AbortSignal.any([signal, AbortSignal.timeout(2_000)]);
      const answer = await fetch(`${this.url}/robots.txt`, { signal: within }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer !== undefined) return;
      await clock.sleep(50, signal);
    }
    throw new TaskpodError('deadline_exceeded', `${name} did not answer within ${startWithinMs / 1_000} s`, {
      action: `Read ${logFile}.`,
    });
  }

  async #failToStart(how: string): Promise<never> {
    const { name, logFile } = this.#options;
    const said = (await readFile(logFile, 'utf8').catch(() => ''))
      .trimEnd()
      .split('\n')
      .slice(-5)
      .join(' | ');
    throw new TaskpodError('invalid_configuration', `${name} ended while it started (${how}): ${said}`, {
      action: `Read ${logFile}.`,
    });
  }
}
