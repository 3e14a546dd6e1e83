import type { Env } from '../shared/config.ts';
import type { Clusters } from '../shared/ports/clusters.ts';
import type { Inspectors } from '../shared/ports/inspect.ts';
import type { Publisher } from '../shared/ports/publisher.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import type { Subscriptions } from '../shared/ports/subscriptions.ts';
import type { Clock } from '../shared/time.ts';
import type { Settings } from './settings.ts';
import type { Sink } from './sink.ts';

/** Everything a command reaches the world through. */
export interface Context {
  env: Env;
  /** The current folder. */
  cwd: string;
  stdin: AsyncIterable<Uint8Array>;
  /** Results. */
  out: Sink;
  /** All that is said about them. */
  err: Sink;
  clock: Clock;
  /** Fires at SIGINT and the like. */
  signal: AbortSignal;
  /** Throws `invalid_configuration`. */
  settings(): Promise<Settings>;
  store(settings: Settings): Promise<ObjectStore>;
  publisher(settings: Settings): Promise<Publisher>;
  /** What `doctor` looks at the deployment through. */
  inspectors(settings: Settings): Promise<Inspectors>;
  /** The Pods of these clusters, as far as this machine reaches them. */
  clusters(settings: Settings, names: readonly string[]): Promise<Clusters['podsOf']>;
  subscriptions(settings: Settings): Promise<Subscriptions>;
}
