import { connectionAnswer } from '../../../../functions/launch/prepare/connection-answer.ts';
import {
  type Preparation,
  type PrepareRequest,
  type PrepareSettings,
  prepareTask,
} from '../../../../functions/launch/prepare/prepare-task.ts';
import type { Found, TaskSources } from '../../../../functions/launch/prepare/task-sources.ts';
import { type Connection, connectionSchema } from '../../../../shared/connection.ts';
import { openPolicy } from '../../../../shared/policy.ts';
import type { RunKey } from '../../../../shared/run.ts';
import type { Lookup, LookupAnswer } from '../../../../shared/template/lookup.ts';

/** What is there to be read. */
export interface World {
  variables?: Record<string, string>;
  connections?: Record<string, Partial<Connection>>;
  /** JSON texts, by task_id. */
  xcoms?: Record<string, string>;
  podTemplates?: Record<string, string>;
}

/** TaskSources out of tables; keeps what was asked. */
export class FakeSources implements TaskSources {
  readonly asked: string[] = [];
  readonly rounds: { wanted: readonly Lookup[]; run: RunKey }[] = [];
  readonly #world: World;

  constructor(world: World = {}) {
    this.#world = world;
  }

  async lookUp(wanted: readonly Lookup[], run: RunKey): Promise<readonly LookupAnswer[]> {
    this.rounds.push({ wanted, run });
    return Promise.all(wanted.map(lookup => this.#answer(lookup)));
  }

  async connection(id: string): Promise<Found<Connection>> {
    this.asked.push(`connection ${id}`);
    return this.#connection(id);
  }

  async defaultConnection(): Promise<Found<Connection>> {
    this.asked.push('default connection');
    return this.#connection('kubernetes_default');
  }

  async podTemplate(path: string): Promise<Found<string>> {
    this.asked.push(`template ${path}`);
    const value = this.#world.podTemplates?.[path];
    return value === undefined ? { kind: 'missing', known: [] } : { kind: 'found', value };
  }

  #connection(id: string): Found<Connection> {
    const { connections = {} } = this.#world;
    const value = connections[id];
    if (value !== undefined) return { kind: 'found', value: connectionSchema.parse(value) };
    return { kind: 'missing', known: Object.keys(connections) };
  }

  async #answer(lookup: Lookup): Promise<LookupAnswer> {
    const { variables = {}, xcoms = {} } = this.#world;
    if (lookup.kind === 'variable') return { value: variables[lookup.key], known: Object.keys(variables) };
    if (lookup.kind === 'connection') {
      const found = this.#connection(lookup.id);
      if (found.kind === 'found') return { value: connectionAnswer(found.value) };
      return { value: undefined, ...(found.kind === 'missing' ? { known: found.known } : {}) };
    }
    const json = xcoms[lookup.taskId ?? ''];
    return json === undefined ? { value: undefined } : { value: null, json };
  }
}

/** The clusters of {@link settings}. */
export const clusters = ['kubeconfig', 'projects/p/locations/europe-west1/clusters/other'];

/** Settings of a deployment that allows what is allowed by default. */
const settings: PrepareSettings = {
  cluster: 'kubeconfig',
  clusters,
  access: { endpoint: 'auto', impersonationChain: [] },
  accessByCluster: new Map(),
  defaultNamespace: 'tasks',
  policy: openPolicy,
  xcomSidecarImage: 'busybox:1',
  xcomMaxBytes: 1_000,
  activeDeadlineSeconds: 3_600,
};

/** The least that a task needs. */
export const least = { dag_id: 'd', run_id: 'r', task_id: 't', image: 'busybox' };

/** prepare prepares a task of {@link least} and these keys. */
export function prepare(
  keys: Record<string, unknown>,
  world: World = {},
  more: Partial<PrepareRequest> & { settings?: Partial<PrepareSettings>; sources?: TaskSources } = {},
): Promise<Preparation> {
  const { settings: changed, sources = new FakeSources(world), ...request } = more;
  return prepareTask(
    {
      published: { ...least, ...keys },
      messageId: 'm1',
      tryNumber: 1,
      nowMs: Date.UTC(2026, 10, 23, 10),
      ...request,
    },
    { settings: { ...settings, ...changed }, sources, clock: { monotonicMs: () => 0 } },
    new AbortController().signal,
  );
}

/** prepared is {@link prepare} of a task that must be right. */
export async function prepared(...args: Parameters<typeof prepare>) {
  const preparation = await prepare(...args);
  if (!preparation.ok) throw new Error(preparation.problems.map(p => `${p.path} ${p.message}`).join('; '));
  return preparation;
}
