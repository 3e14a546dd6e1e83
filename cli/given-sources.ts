import { connectionAnswer } from '../functions/launch/prepare/connection-answer.ts';
import type { Found, TaskSources } from '../functions/launch/prepare/task-sources.ts';
import type { Connection } from '../shared/connection.ts';
import type { RunKey } from '../shared/run.ts';
import type { Lookup, LookupAnswer } from '../shared/template/lookup.ts';

/** What a person gives on the command line in place of the bucket. */
export interface GivenValues {
  variables: ReadonlyMap<string, string>;
  connections: ReadonlyMap<string, Connection>;
  /** Results of tasks of the same run, as JSON text, by task_id. */
  xcoms: ReadonlyMap<string, string>;
}

/** TaskSources with what is given first, and then the bucket, if there is one. */
export class GivenSources implements TaskSources {
  readonly #given: GivenValues;
  readonly #bucket: TaskSources | undefined;

  constructor(given: GivenValues, bucket: TaskSources | undefined) {
    this.#given = given;
    this.#bucket = bucket;
  }

  async lookUp(
    wanted: readonly Lookup[],
    run: RunKey,
    signal: AbortSignal,
  ): Promise<readonly LookupAnswer[]> {
    const open = wanted.filter(lookup => this.#answer(lookup) === undefined);
    const found = open.length === 0 ? [] : await this.#bucket?.lookUp(open, run, signal);
    return wanted.map(lookup => {
      const answer = this.#answer(lookup) ?? found?.[open.indexOf(lookup)];
      return answer ?? { value: undefined, known: this.#known(lookup) };
    });
  }

  async connection(id: string, signal: AbortSignal): Promise<Found<Connection>> {
    const value = this.#given.connections.get(id);
    if (value !== undefined) return { kind: 'found', value };
    return this.#bucket?.connection(id, signal) ?? missing([...this.#given.connections.keys()]);
  }

  async defaultConnection(signal: AbortSignal): Promise<Found<Connection>> {
    const value = this.#given.connections.get('kubernetes_default');
    if (value !== undefined) return { kind: 'found', value };
    return this.#bucket?.defaultConnection(signal) ?? missing([]);
  }

  async podTemplate(path: string, signal: AbortSignal): Promise<Found<string>> {
    return this.#bucket?.podTemplate(path, signal) ?? missing([]);
  }

  #answer(lookup: Lookup): LookupAnswer | undefined {
    const { variables, connections, xcoms } = this.#given;
    if (lookup.kind === 'variable') {
      const value = variables.get(lookup.key);
      return value === undefined ? undefined : { value };
    }
    if (lookup.kind === 'connection') {
      const connection = connections.get(lookup.id);
      return connection && { value: connectionAnswer(connection) };
    }
    const isOfRun = lookup.dagId === undefined && lookup.runId === undefined && lookup.mapIndex === undefined;
    const json = lookup.taskId === undefined ? undefined : xcoms.get(lookup.taskId);
    if (json === undefined || !isOfRun || lookup.key !== 'return_value') return undefined;
    return { value: JSON.parse(json), json };
  }

  #known(lookup: Lookup): string[] {
    if (lookup.kind === 'xcom') return [];
    return [...this.#given[lookup.kind === 'variable' ? 'variables' : 'connections'].keys()];
  }
}

function missing<T>(known: readonly string[]): Found<T> {
  return { kind: 'missing', known };
}
