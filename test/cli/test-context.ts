import type { Context } from '../../cli/context.ts';
import type { Settings } from '../../cli/settings.ts';
import { ReaderGone, type Sink } from '../../cli/sink.ts';
import type { Clusters } from '../../shared/ports/clusters.ts';
import type { Inspectors } from '../../shared/ports/inspect.ts';
import type { OutgoingMessage, Publisher } from '../../shared/ports/publisher.ts';
import type { ObjectStore } from '../../shared/ports/store.ts';
import type { Subscriptions } from '../../shared/ports/subscriptions.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { witness } from '../secrets/witness.ts';

/** An output that keeps what is written; looks are written as `<look>text</>`. */
export class TextSink implements Sink {
  readonly terminal: boolean;
  text = '';
  /** The reader closes the output after so many writes. */
  closesAfter = Number.POSITIVE_INFINITY;

  constructor(terminal: boolean) {
    this.terminal = terminal;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.closesAfter-- <= 0) throw new ReaderGone();
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    witness('a command', text);
    this.text += text;
  }

  columns(): number {
    return 80;
  }

  style(look: string, text: string): string {
    return this.terminal ? `<${look}>${text}</>` : text;
  }
}

/** A context without a process around it: a bucket in memory, a local stack's settings, outputs that are kept. */
export class TestContext implements Context {
  readonly env: Record<string, string> = {};
  readonly cwd: string = '/nowhere';
  stdin: AsyncIterable<Uint8Array> = (async function* () {})();
  readonly out: TextSink;
  readonly err: TextSink;
  clock: RecordingClock = new RecordingClock();
  signal: AbortSignal = new AbortController().signal;
  readonly bucket = new MemoryStore({ now: () => this.clock.now() });
  readonly messages: OutgoingMessage[] = [];

  constructor(terminal: boolean) {
    this.out = new TextSink(terminal);
    this.err = new TextSink(terminal);
  }

  async settings(): Promise<Settings> {
    return {
      source: 'local',
      bucket: 'test-bucket',
      tasksTopic: 'projects/p/topics/t',
      watchTopic: 'projects/p/topics/w',
      eventsTopic: undefined,
      deadLettersSubscription: 'projects/p/subscriptions/dead',
      launchSubscription: undefined,
      watchSubscription: undefined,
      launchServiceAccount: undefined,
      watchServiceAccount: undefined,
      kubeconfig: undefined,
      storageHost: undefined,
      pubsubHost: undefined,
      defaultNamespace: 'n',
      namespaces: ['n'],
      defaultCluster: 'kubeconfig',
      clusters: ['kubeconfig'],
    };
  }

  async store(): Promise<ObjectStore> {
    return this.bucket;
  }

  async inspectors(): Promise<Inspectors> {
    throw new Error('not for this test');
  }

  async clusters(_: Settings, _names: readonly string[]): Promise<Clusters['podsOf']> {
    throw new Error('there are no clusters here');
  }

  async subscriptions(): Promise<Subscriptions> {
    throw new Error('there are no subscriptions here');
  }

  async publisher(): Promise<Publisher> {
    return {
      publish: async (_, messages) => {
        this.messages.push(...messages);
        return messages.map((_, index) => String(100 + index));
      },
    };
  }
}
