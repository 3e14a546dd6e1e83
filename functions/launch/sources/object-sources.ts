import { type Connection, parseConnection } from '../../../shared/connection.ts';
import { hasCode } from '../../../shared/errors.ts';
import {
  connectionObject,
  connectionsPrefix,
  maxObjectNameBytes,
  podTemplateObject,
  variableObject,
  variablesPrefix,
} from '../../../shared/object-names.ts';
import type { ObjectStore } from '../../../shared/ports/store.ts';
import type { RunKey } from '../../../shared/run.ts';
import type { Lookup, LookupAnswer } from '../../../shared/template/lookup.ts';
import type { Clock } from '../../../shared/time.ts';
import { connectionAnswer } from '../prepare/connection-answer.ts';
import type { Found, TaskSources } from '../prepare/task-sources.ts';
import { inParallel } from './in-parallel.ts';
import { KnownObjects } from './known-objects.ts';
import { nearNames } from './near-names.ts';
import { readXcom } from './read-xcom.ts';

/** Largest variable, connection, XCom value or Pod template that is read, in bytes. */
const maxObjectBytes = 1_048_576;

/** Most reads at once, for one task. */
const width = 8;

/** How long `kubernetes_default`, or its absence, is believed: else every launch would wait for one more read. */
const defaultConnectionMs = 10_000;

/** What the sources need from outside. */
export interface ObjectSourcesDeps {
  store: Pick<ObjectStore, 'readKnown' | 'list'>;
  clock: Pick<Clock, 'monotonicMs'>;
}

/** TaskSources over a bucket: config/variables, config/connections, config/pod_templates, and the results of runs. */
export class ObjectSources implements TaskSources {
  readonly #deps: ObjectSourcesDeps;
  readonly #objects: KnownObjects;
  #default: { atMs: number; found: Found<Connection> } | undefined;

  constructor(deps: ObjectSourcesDeps) {
    this.#deps = deps;
    this.#objects = new KnownObjects({ store: deps.store, maxObjectBytes });
  }

  async lookUp(
    wanted: readonly Lookup[],
    run: RunKey,
    signal: AbortSignal,
  ): Promise<readonly LookupAnswer[]> {
    return inParallel(wanted, width, lookup => {
      switch (lookup.kind) {
        case 'variable':
          return this.#variable(lookup.key, signal);
        case 'connection':
          return this.#connectionAnswer(lookup.id, signal);
        case 'xcom':
          return readXcom(lookup, run, { store: this.#deps.store, objects: this.#objects, width, signal });
      }
    });
  }

  async connection(id: string, signal: AbortSignal): Promise<Found<Connection>> {
    const found = await this.#findConnection(id, signal);
    if (found.kind !== 'missing') return found;
    const near = { wanted: id, prefix: connectionsPrefix, suffix: '.json' };
    return { kind: 'missing', known: await nearNames({ ...near, store: this.#deps.store, signal }) };
  }

  async #findConnection(id: string, signal: AbortSignal): Promise<Found<Connection>> {
    const found = await this.#find(`the connection ${id}`, () => connectionObject(id), signal);
    if (found.kind !== 'found') return found;
    try {
      return { kind: 'found', value: parseConnection(found.value, id) };
    } catch (error) {
      if (!hasCode(error, 'invalid_document')) throw error;
      const message = `the connection ${id} is not valid: add it again with taskpod connections add`;
      return { kind: 'broken', message };
    }
  }

  async defaultConnection(signal: AbortSignal): Promise<Found<Connection>> {
    const atMs = this.#deps.clock.monotonicMs();
    const last = this.#default;
    if (last !== undefined && atMs - last.atMs < defaultConnectionMs) return last.found;
    const found = await this.#findConnection('kubernetes_default', signal);
    this.#default = { atMs, found };
    return found;
  }

  async podTemplate(path: string, signal: AbortSignal): Promise<Found<string>> {
    return this.#find('the Pod template', () => podTemplateObject(path), signal);
  }

  async #variable(key: string, signal: AbortSignal): Promise<LookupAnswer> {
    const found = await this.#find(`the variable ${key}`, () => variableObject(key), signal);
    if (found.kind === 'found') return { value: found.value };
    if (found.kind === 'broken') return { value: undefined, problem: found.message };
    const near = { wanted: key, prefix: variablesPrefix, suffix: '' };
    return { value: undefined, known: await nearNames({ ...near, store: this.#deps.store, signal }) };
  }

  async #connectionAnswer(id: string, signal: AbortSignal): Promise<LookupAnswer> {
    const found = await this.connection(id, signal);
    if (found.kind === 'found') return { value: connectionAnswer(found.value) };
    if (found.kind === 'broken') return { value: undefined, problem: found.message };
    return { value: undefined, known: found.known };
  }

  async #find(what: string, object: () => string, signal: AbortSignal): Promise<Found<string>> {
    const name = possibleName(object);
    const read = name === undefined ? undefined : await this.#objects.read(name, signal);
    switch (read?.kind) {
      case undefined:
        return { kind: 'missing', known: [] };
      case 'text':
        return { kind: 'found', value: read.text };
      case 'too large':
        return {
          kind: 'broken',
          message: `${what} has more than ${maxObjectBytes} bytes: put large data elsewhere`,
        };
      case 'not UTF-8':
        return { kind: 'broken', message: `${what} is not UTF-8 text: set it again` };
    }
  }
}

/** Undefined for what cannot be the name of an object. */
function possibleName(object: () => string): string | undefined {
  try {
    const name = object();
    return Buffer.byteLength(name) <= maxObjectNameBytes ? name : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
