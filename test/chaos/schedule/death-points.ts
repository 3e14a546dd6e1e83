import type { DeathPoint } from '../functions/death-point.ts';
import type { ServiceName } from './actions.ts';

/** Every write that a function makes for tasks, by the names of functions/death-point.ts; but the sight of a Pod that launch only hears of. */
export const writePoints: Readonly<Record<ServiceName, readonly string[]>> = {
  launch: [
    'create marker',
    'create launch.json',
    'create Pod',
    'create outcome.json',
    'create rejected',
    'publish event rejected',
    'create cancel.json',
    'publish event cancelled',
    'remove Pod',
    'publish event queued',
    'publish ticket',
    'remove marker',
  ],
  watch: [
    'replace lease',
    'remove lease',
    'create pod.json',
    'create running.json',
    'create stop.json',
    'publish event running',
    'create segment',
    'compose log',
    'create return.json',
    'create pod.final.json',
    'create marker',
    'create outcome.json',
    'publish event success',
    'publish event failed',
    'publish event cancelled',
    'publish event up_for_retry',
    'remove Pod',
    'remove marker',
    'publish retry',
    'publish task',
    'publish ticket',
  ],
};

/** deathPoints gives both moments of each. */
export function deathPoints(service: ServiceName): DeathPoint[] {
  return writePoints[service].flatMap((point): DeathPoint[] => [
    { point, moment: 'before' },
    { point, moment: 'after' },
  ]);
}
