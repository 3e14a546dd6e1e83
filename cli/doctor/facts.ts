import type { Binding, BucketFacts, Right, SubscriptionFacts } from '../../shared/ports/inspect.ts';
import type { Attempt } from '../../shared/run.ts';

/** Something that could not be learnt. */
export interface Unknown {
  /**
   * `missing`: there is none; `refused`: this identity may not ask; `unsupported`: this server does not answer that;
   * `unreachable`: no answer in time, or an outage.
   */
  kind: 'missing' | 'refused' | 'unsupported' | 'unreachable';
  message: string;
  /** What to do, where whoever failed knew. */
  action: string | undefined;
}

/** Something about the deployment, learnt or not. */
export type Fact<T> = { kind: 'known'; value: T } | Unknown;

/** One of the two functions. */
export type Part = 'launch' | 'watch';

/** One of the topics of a deployment. */
export interface TopicFacts {
  kind: 'tasks' | 'watch' | 'events';
  /** Undefined when its name is not known; then nothing else was asked. */
  name: string | undefined;
  found: Fact<true>;
  /** Whether this identity may publish. */
  mayPublish: Fact<boolean>;
  bindings: Fact<Binding[]>;
}

/** What pushes to one function. */
export interface PushFacts {
  part: Part;
  /** Undefined when its name is not known. */
  topic: string | undefined;
  /** The subscription that was named, or all that push from the topic. */
  subscriptions: Fact<{ facts: SubscriptionFacts; bindings: Fact<Binding[]> }[]>;
  /** Permissions on the dead letter topic of the first of them; undefined where it has none. */
  deadLetterBindings: Fact<Binding[]> | undefined;
}

/** An open marker, and what the sweep would look at. */
export interface MarkerFacts {
  attempt: Attempt;
  scope: string;
  updatedMs: number;
  /** Whether its attempt has a claim; undefined when it was not looked for. */
  claimed: boolean | undefined;
}

/** What tells whether the sweep works. */
export interface SweepFacts {
  /** By the bucket's clock. */
  nowMs: number;
  leases: { scope: string; updatedMs: number }[];
  markers: MarkerFacts[];
}

/** The bucket. */
export interface StorageFacts {
  bucket: Fact<BucketFacts>;
  granted: Fact<string[]>;
  bindings: Fact<Binding[]>;
  /** How far this machine's clock is ahead, in milliseconds. */
  clockAheadMs: Fact<number>;
  sweep: Fact<SweepFacts>;
}

/** Whose rights in a namespace were asked for. */
export interface RightsFacts {
  part: Part;
  /** `self`: this identity is what the function runs as; `other`: the account was asked about. */
  asked: 'self' | 'other';
  /** Name at the API server, as far as it is known. */
  account: string | undefined;
  /** For each right of the list that was asked about: whether it is given, and where. */
  answers: Fact<{ right: Right; wide: boolean; allowed: boolean }[]>;
}

/** One namespace of a cluster. */
export interface NamespaceFacts {
  name: string;
  found: Fact<true>;
  /** Undefined for a function whose account is not known. */
  rights: { launch: RightsFacts | undefined; watch: RightsFacts | undefined };
}

/** One cluster. */
export interface ClusterFacts {
  name: string;
  version: Fact<string>;
  namespaces: NamespaceFacts[];
}

/** All that was learnt. */
export interface Facts {
  topics: TopicFacts[];
  pushes: PushFacts[];
  deadLetters: Fact<SubscriptionFacts> | undefined;
  storage: StorageFacts;
  clusters: ClusterFacts[];
}
