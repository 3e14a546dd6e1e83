import { attemptObjects, attemptPrefix } from '../../../shared/object-names.ts';
import {
  announcedState,
  type Outcome,
  parseOutcome,
  type State,
  states,
  writeOutcome,
} from '../../../shared/outcome.ts';
import type { Attempt } from '../../../shared/run.ts';
import { stateEvent, stateEventId } from '../../../shared/state-event.ts';
import type { AuditedCall } from '../../cluster/support/audit.ts';
import type { Evidence, SeenEvent } from './evidence.ts';
import { podOf } from './ideal-evidence.ts';

const someTime = '2026-01-01T00:00:05.000Z';

/** Plants something in the evidence of one attempt of a sample task. */
export class Tamper {
  readonly evidence: Evidence;
  readonly attempt: Attempt;

  constructor(evidence: Evidence, taskId: string, tryNumber = 1) {
    this.evidence = evidence;
    this.attempt = { dagId: 'chaos', runId: 'r', taskId, tryNumber };
  }

  get names() {
    return attemptObjects(this.attempt);
  }

  get pod(): string {
    return podOf(this.attempt.taskId, this.attempt.tryNumber);
  }

  /** Changes an object's text. */
  edit(name: string, change: (text: string) => string): this {
    return this.put(name, change(this.evidence.objects.get(name)?.toString() ?? ''));
  }

  put(name: string, bytes: string | Buffer): this {
    this.evidence.objects.set(name, Buffer.from(bytes));
    return this;
  }

  remove(...names: string[]): this {
    for (const name of names) this.evidence.objects.delete(name);
    return this;
  }

  /** Changes the outcome and nothing else. */
  outcome(change: Partial<Outcome> | ((outcome: Outcome) => Partial<Outcome>)): this {
    return this.edit(this.names.outcome, text => {
      const outcome = parseOutcome(text);
      return writeOutcome({ ...outcome, ...(typeof change === 'function' ? change(outcome) : change) });
    });
  }

  /** Changes the outcome, and what was told of it: the lie is whole. */
  ending(change: Omit<Partial<Outcome>, 'retry'> & { retry?: Outcome['retry'] | undefined }): this {
    const before = parseOutcome(String(this.evidence.objects.get(this.names.outcome)));
    const outcome = { ...before, ...change };
    // What is given as undefined is to be left out.
    if (outcome.retry === undefined) delete outcome.retry;
    const state = announcedState(outcome);
    this.untell(announcedState(before)).put(
      this.names.outcome,
      writeOutcome({ ...outcome, events: [stateEventId(this.attempt, state)] }),
    );
    const { data, attributes = {} } = stateEvent({
      attempt: this.attempt,
      state,
      reason: outcome.reason,
      class: outcome.class,
      exitCode: outcome.exit_code,
      summary: '',
      at: someTime,
      bucket: 'b',
    });
    this.evidence.events.push({ data, attributes });
    return this;
  }

  /** The events of a state of this attempt. */
  told(state: string): SeenEvent[] {
    const { taskId, tryNumber } = this.attempt;
    return this.evidence.events.filter(({ data, attributes }) => {
      return (
        attributes.task_id === taskId &&
        attributes.state === state &&
        data.includes(`"try_number":${tryNumber},`)
      );
    });
  }

  untell(...states: string[]): this {
    const told = states.flatMap(state => this.told(state));
    this.evidence.events = this.evidence.events.filter(event => !told.includes(event));
    return this;
  }

  /** The chaos has deleted its Pod. */
  deletedFromOutside(): this {
    this.evidence.deletedFromOutside.push(this.pod);
    this.evidence.pods = this.evidence.pods.filter(name => name !== this.pod);
    return this;
  }

  /** ... before a node was told to run it. */
  deletedUnbound(): this {
    this.evidence.deletedUnbound.push(this.pod);
    return this;
  }

  /** A Turn has written the container's log at once. */
  writtenAtOnce(container: string): this {
    this.evidence.composed.delete(this.names.log(container));
    return this;
  }

  call(verb: string, at: string, more: Partial<AuditedCall> = {}): this {
    const ms = Date.parse(at);
    const uri = '/api/v1/namespaces/tasks/pods';
    const who = { userAgent: 'node', username: 'functions' };
    const times = { beganMs: ms, endedMs: ms };
    const base = { verb, ...who, resource: 'pods', name: this.pod, uri, status: 201, ...times };
    this.evidence.calls.push({ ...base, ...more });
    return this;
  }

  /** Tells a state of it that is not so. */
  tell(state: State): this {
    const change = { attempt: this.attempt, state, reason: 'x', class: 'none', exitCode: null } as const;
    const { data, attributes = {} } = stateEvent({ ...change, summary: '', at: someTime, bucket: 'b' });
    this.evidence.events.push({ data, attributes });
    return this;
  }

  /** Tells a state again, in other words. */
  tellAgain(state: string, change: object): this {
    for (const { data, attributes } of this.told(state))
      this.evidence.events.push({ data: JSON.stringify({ ...JSON.parse(data), ...change }), attributes });
    return this;
  }

  /** Takes away what was asked about its Pod. */
  forgetPod(): this {
    this.evidence.calls = this.evidence.calls.filter(({ name }) => name !== this.pod);
    this.evidence.pods = this.evidence.pods.filter(name => name !== this.pod);
    return this;
  }

  /** Takes away all that there is of the attempt. */
  forget(): this {
    const prefix = attemptPrefix(this.attempt);
    this.remove(...[...this.evidence.objects.keys()].filter(name => name.startsWith(prefix)));
    return this.forgetPod().untell(...states);
  }
}

/** A pod.final.json. */
export const podFinal = JSON.stringify({
  version: 1,
  complete: true,
  pod: { spec: { activeDeadlineSeconds: 3_600 } },
});
