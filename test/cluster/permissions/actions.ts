import type { Question } from '../support/asker.ts';

/** The names that an action is tried with. */
export interface Place {
  namespace: string;
  /** A namespace where the functions have nothing. */
  elsewhere: string;
  /** A Pod of Taskpod that is there for this one try. */
  ours: string;
  /** Somebody else's Pod that is there for this one try. */
  foreign: string;
  /** A Pod of Taskpod that has run. */
  ended: string;
  /** A name that nobody has. */
  unused: string;
}

/** `METHOD path`: relative to the namespace, or from the server on. `:ours` and so on are the names of {@link Place}. */
export type Action = `${(typeof methods)[number]} ${string}`;

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

type Fields = Record<string, unknown>;

/** A Pod as launch makes it, but one that no node takes. */
export function taskPod(name: string, spec: Fields = {}, metadata: Fields = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'taskpod', 'taskpod.dev/scope': 'of-a-test' },
      annotations: { 'taskpod.dev/run': '{}' },
      ...metadata,
    },
    spec: {
      restartPolicy: 'Never',
      nodeSelector: { no: 'such-node' },
      containers: [{ name: 'base', image: 'busybox:1.35' }],
      ...spec,
    },
  };
}

/** questionOf puts the names into an action and its body. */
export function questionOf(action: Action, body: unknown, place: Place): Question {
  const method = methods.find(name => action.startsWith(`${name} `)) ?? 'GET';
  const path = action.slice(method.length + 1);
  const below = path.startsWith('/') ? '' : `/api/v1/namespaces/${place.namespace}/`;
  return {
    method,
    path: (below + named(path, place)).replace(/\/$/, ''),
    ...(body === undefined ? {} : { body: JSON.parse(named(JSON.stringify(body), place)) }),
  };
}

function named(text: string, place: Place): string {
  return Object.entries(place).reduce((result, [name, value]) => result.replaceAll(`:${name}`, value), text);
}
