import { isDeepStrictEqual } from 'node:util';
import { type AnyClaim, parseAnyClaim } from '../../shared/claim.ts';
import { ownIdentity } from '../../shared/dead-letter.ts';
import { TaskpodError } from '../../shared/errors.ts';
import { encodeSegment, parseAttemptObject, runPrefix, runsPrefix } from '../../shared/object-names.ts';
import type { ObjectInfo, ObjectStore } from '../../shared/ports/store.ts';
import type { MessageIdentity } from '../../shared/push.ts';
import { type Attempt, formatRun, type RunKey } from '../../shared/run.ts';
import type { DeadLetter } from './read-letter.ts';

/** Clocks of Pub/Sub, Cloud Storage and the functions may differ by this much. */
const skewMs = 5 * 60_000;

/** A claim that is damaged names nobody, and must not keep the messages of other runs. */
function readable(text: string): AnyClaim | undefined {
  try {
    return parseAnyClaim(text);
  } catch {
    return undefined;
  }
}

/** The claims of a folder, without their contents. */
type ClaimObjects = { attempt: Attempt; info: ObjectInfo }[];

/**
 * Finds out who dead letters were when they were published for the first time. Pub/Sub does not tell: it gives a dead letter an id of its
 * own. The claim that one of its deliveries has made does, by the time of its publishing and by its content. Lists a DAG at most once.
 */
export class IdentityFinder {
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;
  readonly #keep: () => Promise<void>;
  readonly #listed = new Map<string, Promise<ClaimObjects>>();

  /** `keep` is called now and then, because listing may take long. */
  constructor(store: ObjectStore, keep: () => Promise<void>, signal: AbortSignal) {
    this.#store = store;
    this.#keep = keep;
    this.#signal = signal;
  }

  /**
   * The identity under which a dead letter is to be published again: that of its claim; where nothing is claimed, one that is the same
   * whenever it is asked for. Throws `bad_usage` when several runs may be its own.
   */
  async find(letter: DeadLetter): Promise<MessageIdentity> {
    const { identity, run, source, message } = letter;
    if (identity !== undefined) return identity;
    const publishTime = source?.publishTime;
    const own = ownIdentity(message.messageId, publishTime);
    if (run === undefined || publishTime === undefined) return own;
    const ids = await this.#claimedBy(letter, run, publishTime);
    const [id, ...others] = ids;
    if (id === undefined) return own;
    if (others.length === 0) return { messageId: id, publishTime };
    const names = ids.map(runId => formatRun({ ...run, runId })).join(', ');
    throw new TaskpodError('bad_usage', `several runs may be that of the message: ${names}`, {
      action: 'Look at them with "taskpod status", and submit the task with a run_id of its own if none is.',
    });
  }

  /** The ids of the messages that have claimed what this one is about. */
  async #claimedBy(letter: DeadLetter, run: RunKey, publishTime: string): Promise<string[]> {
    const folder = letter.needsRunId ? `${runsPrefix}dag_id=${encodeSegment(run.dagId)}/` : runPrefix(run);
    const ids = new Set<string>();
    for (const { attempt, info } of await this.#claimsIn(folder)) {
      if (attempt.taskId !== run.taskId || attempt.mapIndex !== run.mapIndex) continue;
      if (Date.parse(info.updatedAt) < Date.parse(publishTime) - skewMs) continue;
      const object = await this.#store.read(info.name, this.#signal);
      if (object === undefined) continue;
      const claim = readable(object.body.toString('utf8'));
      if (claim === undefined) continue;
      if (Date.parse(claim.published_at ?? '') !== Date.parse(publishTime)) continue;
      if (letter.needsRunId && attempt.runId !== claim.message_id) continue;
      if ('task' in claim && letter.kind === 'task' && !isDeepStrictEqual(claim.task, letter.value)) continue;
      ids.add(claim.message_id);
    }
    return [...ids];
  }

  #claimsIn(folder: string): Promise<ClaimObjects> {
    const listed = this.#listed.get(folder) ?? this.#list(folder);
    this.#listed.set(folder, listed);
    return listed;
  }

  async #list(folder: string): Promise<ClaimObjects> {
    const claims: ClaimObjects = [];
    for await (const info of this.#store.list(folder, { signal: this.#signal })) {
      const parsed = parseAttemptObject(info.name);
      if (parsed?.rest !== 'launch.json') continue;
      claims.push({ attempt: parsed.attempt, info });
      await this.#keep();
    }
    return claims;
  }
}
