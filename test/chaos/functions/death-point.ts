import { parseAttemptObject } from '../../../shared/object-names.ts';

/** Just before a call is made, or when it has been answered and the caller does not know yet. */
export type Moment = 'before' | 'after';

/** Where a process dies: `point` as {@link pointOf} names it. */
export interface DeathPoint {
  point: string;
  moment: Moment;
}

/** objectKind is what an object is, whoever's it is: `outcome.json`, `segment`, `marker`, `lease`. */
export function objectKind(name: string): string {
  if (name.startsWith('open/')) return 'marker';
  if (name.startsWith('leases/')) return 'lease';
  if (name.startsWith('rejected/')) return 'rejected';
  const rest = parseAttemptObject(name)?.rest;
  if (rest === undefined) return 'other';
  if (/^logs\/[^/]+\/\d+\.log$/.test(rest)) return 'segment';
  if (/^logs\/[^/]+\/./.test(rest)) return 'part of a log';
  if (/^logs\/[^/]+\.log$/.test(rest)) return 'log';
  return rest;
}

/** What a message tells: `ticket`, `sweep`, `retry`, `task`, or `event` with its state. */
function messageKind(data: string): string {
  const { kind, type } = JSON.parse(data);
  if (typeof type === 'string') return `event ${type.slice(type.lastIndexOf('.') + 1)}`;
  return typeof kind === 'string' ? kind : 'task';
}

/** pointOf names a call of a port by its method and by what it is about; undefined for one that changes nothing. */
export function pointOf(
  port: 'store' | 'publisher' | 'pods',
  method: string,
  args: unknown[],
): string | undefined {
  if (port === 'store') {
    if (method === 'compose') return `compose ${objectKind(String(args[1]))}`;
    const isWrite = method === 'create' || method === 'replace' || method === 'remove';
    return isWrite ? `${method} ${objectKind(String(args[0]))}` : undefined;
  }
  if (port === 'publisher') return method === 'publish' ? `publish ${firstMessage(args[1])}` : undefined;
  return method === 'create' || method === 'remove' ? `${method} Pod` : undefined;
}

function firstMessage(messages: unknown): string {
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined;
  if (typeof first !== 'object' || first === null || !('data' in first)) return 'nothing';
  return messageKind(String(first.data));
}
