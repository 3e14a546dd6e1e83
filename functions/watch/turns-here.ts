/** A Turn of this instance. */
interface Entry {
  scope: string;
  messageId: string;
  /** Whether it will look at the scope's Pods again after this moment. */
  stays: () => boolean;
}

/**
 * The Turns that this instance runs. A ticket of a scope whose Turn is here and stays is answered without asking the bucket who
 * has the lease: what the ticket is about exists already, and the Turn lists the scope's Pods once more before it leaves.
 */
export class TurnsHere {
  readonly #turns = new Set<Entry>();

  /** Notes a Turn that has its lease; call what it returns when the Turn has ended. */
  add(entry: Entry): () => void {
    this.#turns.add(entry);
    return () => this.#turns.delete(entry);
  }

  /** Whether a Turn of another message is here that sees to whatever a ticket is about that comes now. */
  seesTo(scope: string, messageId: string): boolean {
    return [...this.#turns].some(
      turn => turn.scope === scope && turn.messageId !== messageId && turn.stays(),
    );
  }
}
