import { createHash } from 'node:crypto';
import { attemptToFields } from '../../shared/attempt-fields.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../shared/outcome.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Attempt, RunKey } from '../../shared/run.ts';

const never = new AbortController().signal;

/** Writes what launch and watch leave behind of an attempt, step by step. */
export class WrittenAttempt {
  readonly attempt: Attempt;
  readonly #store: ObjectStore;
  readonly #containers: string[];
  readonly #logs = new Map<string, string[]>();

  constructor(store: ObjectStore, run: RunKey, containers: string[] = ['base'], tryNumber = 1) {
    this.#store = store;
    this.attempt = { ...run, tryNumber };
    this.#containers = containers;
  }

  async claim(messageId = '7'): Promise<void> {
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
      message_id: messageId,
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

  async compose(container = 'base'): Promise<void> {
    const text = (this.#logs.get(container) ?? []).join('');
    await this.#create(attemptObjects(this.attempt).log(container), text);
  }

  async end(changes: Partial<Outcome> = {}, xcom?: string): Promise<void> {
    const objects = attemptObjects(this.attempt);
    for (const container of this.#logs.keys()) await this.compose(container);
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
