import type { AuditedCall } from '../../test/cluster/support/audit.ts';

/** Every kind of call that either side makes, as the tables name them. */
export const callKinds = [
  'POST Pod',
  'GET Pod',
  'LIST Pods',
  'WATCH Pods',
  'GET log',
  'exec',
  'LIST events',
  'PATCH Pod',
  'DELETE Pod',
  'anything else',
] as const;

type CallKind = (typeof callKinds)[number];

const kinds: Readonly<Record<string, CallKind>> = {
  'create pods': 'POST Pod',
  'get pods': 'GET Pod',
  'list pods': 'LIST Pods',
  'watch pods': 'WATCH Pods',
  'get pods/log': 'GET log',
  'list events': 'LIST events',
  'patch pods': 'PATCH Pod',
  'delete pods': 'DELETE Pod',
};

const clients = { kpo: /^OpenAPI-Generator\/.*\/python$/, taskpod: /^taskpod-(launch|watch)$/ };

/**
 * callsByKind tells how many calls of each kind one side has made for a task, and how many in all. `execs` are those calls of
 * exec for all the tasks that were counted elsewhere: the operator makes them without a user agent.
 */
export function callsByKind(
  calls: readonly AuditedCall[],
  side: keyof typeof clients,
  { tasks, execs }: { tasks: number; execs: number },
): Map<CallKind | 'all', number> {
  const ours = calls.filter(({ userAgent }) => clients[side].test(userAgent));
  const found = ours.map(({ verb, resource }) => kinds[`${verb} ${resource}`] ?? 'anything else');
  const counts = new Map<CallKind | 'all', number>([['all', (ours.length + execs) / tasks]]);
  for (const kind of callKinds) counts.set(kind, found.filter(other => other === kind).length / tasks);
  return counts.set('exec', execs / tasks);
}
