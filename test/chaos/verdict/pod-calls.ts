import type { AuditedCall } from '../../cluster/support/audit.ts';

/** podPosts gives the requests to make a Pod, whatever came of them; those that only asked (dryRun) are none. */
export function podPosts(calls: readonly AuditedCall[]): AuditedCall[] {
  return calls.filter(
    ({ verb, resource, uri }) => verb === 'create' && resource === 'pods' && !uri.includes('dryRun='),
  );
}

/** podsMade gives those that have made one. */
export function podsMade(calls: readonly AuditedCall[]): AuditedCall[] {
  return podPosts(calls).filter(({ status }) => status === 201);
}

/** podsDeleted gives the requests that have deleted one, or told it to end. */
export function podsDeleted(calls: readonly AuditedCall[]): AuditedCall[] {
  return calls.filter(
    ({ verb, resource, status }) => verb === 'delete' && resource === 'pods' && status < 300,
  );
}
