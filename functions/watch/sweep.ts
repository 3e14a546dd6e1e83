import type { WatchMessage } from '../../shared/watch-message.ts';
import type { WatchDeps } from './deps.ts';

/**
 * sweep wakes a Turn for every scope that has an open marker, whatever number of shards is configured now; the Turn
 * heals what it finds under its lease. Returns the scopes.
 */
export async function sweep(deps: WatchDeps, signal: AbortSignal): Promise<string[]> {
  const scopes = new Set<string>();
  for await (const { name } of deps.store.list('open/', { signal })) {
    const scope = name.split('/')[1];
    if (scope) scopes.add(decodeURIComponent(scope));
  }
  const tickets = [...scopes].map((scope): WatchMessage => ({ kind: 'ticket', scope }));
  if (tickets.length > 0) {
    const messages = tickets.map(ticket => ({ data: JSON.stringify(ticket) }));
    await deps.publisher.publish(deps.settings.watchTopic, messages, signal);
  }
  return [...scopes];
}
