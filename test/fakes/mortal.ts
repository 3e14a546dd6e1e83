/** Where a process dies: at its so many-th write (from 1), just before or just after it has happened. */
export interface Death {
  write: number;
  moment: 'before' | 'after';
}

const writes = new Set(['create', 'replace', 'remove', 'compose', 'publish']);

/**
 * A process that may die: what is wrapped by {@link mortal} belongs to it. After its death none of its calls happens any
 * more, and none is ever answered.
 */
export class Life {
  /** Every write so far, as `<method> <first argument>`. */
  readonly writes: string[] = [];
  readonly #death: Death | undefined;
  readonly #died = Promise.withResolvers<void>();
  #isDead = false;

  constructor(death?: Death) {
    this.#death = death;
  }

  /** Resolves with its death. */
  get died(): Promise<void> {
    return this.#died.promise;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Ends it now. */
  die(): void {
    this.#isDead = true;
    this.#died.resolve();
  }

  /** Wraps something that this process calls. */
  mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, key) => {
        const member: unknown = Reflect.get(object, key);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          const name = `${String(key)} ${String(args[0])}`;
          const call = (): unknown => Reflect.apply(member, object, args);
          const isStream = key === 'watch' || (key === 'list' && args.length === 2);
          return isStream ? this.#stream(call) : this.#call(name, writes.has(String(key)), call);
        };
      },
    });
  }

  async #call(name: string, isWrite: boolean, call: () => unknown): Promise<unknown> {
    await this.#alive();
    if (isWrite) this.writes.push(name);
    const isLast = isWrite && this.writes.length === this.#death?.write;
    if (isLast && this.#death?.moment === 'before') this.die();
    await this.#alive();
    const answer = await call();
    if (isLast) this.die();
    await this.#alive();
    return answer;
  }

  async *#stream(call: () => unknown): AsyncGenerator<unknown> {
    await this.#alive();
    const items = call();
    if (!isIterable(items)) throw new Error('not a stream');
    for await (const item of items) {
      await this.#alive();
      yield item;
    }
  }

  #alive(): Promise<void> {
    return this.#isDead ? new Promise(() => undefined) : Promise.resolve();
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
