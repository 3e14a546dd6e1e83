import type { AuditedCall } from '../../test/cluster/support/audit.ts';

/** How often each kind of call was made, per task. */
export interface CallsPerTask {
  post: number;
  /** Logs that are followed. */
  logStreams: number;
  /** Logs that are read once, to what is there. */
  logReads: number;
  delete: number;
  /** Lists and watches: a Turn's, shared by all its tasks. Not per task. */
  ofTurns: number;
  /** Anything else. */
  other: number;
}

const ours = /^taskpod-(launch|watch)$/;

/** countCalls sorts the calls of both functions about a namespace, and divides by the number of tasks. */
export function countCalls(calls: readonly AuditedCall[], tasks: number): CallsPerTask {
  const count = { post: 0, logStreams: 0, logReads: 0, delete: 0, ofTurns: 0, other: 0 };
  for (const call of calls) if (ours.test(call.userAgent)) count[kindOf(call)] += 1;
  return {
    post: count.post / tasks,
    logStreams: count.logStreams / tasks,
    logReads: count.logReads / tasks,
    delete: count.delete / tasks,
    ofTurns: count.ofTurns,
    other: count.other / tasks,
  };
}

/** mostWatches gives how many watches of Pods the functions had open at a time. */
export function mostWatches(calls: readonly AuditedCall[]): number {
  const watches = calls.filter(({ userAgent, verb }) => ours.test(userAgent) && verb === 'watch');
  const open = (atMs: number): number =>
    watches.filter(({ beganMs, endedMs }) => beganMs <= atMs && atMs < endedMs).length;
  // The number grows only where one begins.
  return Math.max(0, ...watches.map(({ beganMs }) => open(beganMs)));
}

function kindOf({ verb, resource, uri }: AuditedCall): keyof CallsPerTask {
  if (verb === 'create' && resource === 'pods') return 'post';
  if (verb === 'get' && resource === 'pods/log')
    return uri.includes('follow=true') ? 'logStreams' : 'logReads';
  if (verb === 'delete' && resource === 'pods') return 'delete';
  return (verb === 'list' || verb === 'watch') && resource === 'pods' ? 'ofTurns' : 'other';
}
