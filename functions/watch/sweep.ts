import { parseAttemptObject } from '../../shared/object-names.ts';
import type { WatchMessage } from '../../shared/watch-message.ts';
import type { FunctionDeps } from './deps.ts';

/** A scope is a label's value, so nothing in it is ever encoded. */
const scopePattern = /^open\/([\w.-]{1,63})\//;

/**
 * sweep wakes a Turn for every scope that has an open marker, whatever number of shards is configured now; the Turn
 * heals what it finds under its lease. Returns the scopes.
 */
export async function sweep(deps: FunctionDeps, signal: AbortSignal): Promise<string[]> {
  const scopes = new Set<string>();
  for await (const { name } of deps.store.list('open/', { signal })) {
    const scope = scopePattern.exec(name)?.[1];
    if (scope !== undefined && parseAttemptObject(name)) scopes.add(scope);
  }
  const tickets = [...scopes].map((scope): WatchMessage => ({ kind: 'ticket', scope }));
  if (tickets.length > 0) {
    const messages = tickets.map(ticket => ({ data: JSON.stringify(ticket) }));
    await deps.publisher.publish(deps.settings.watchTopic, messages, signal);
  }
  return [...scopes];
}
