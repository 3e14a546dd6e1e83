import { type Choices, makeChoices } from '../tasks/choices.ts';
import type { Action, ScheduledAction, ServiceName } from './actions.ts';
import { deathPoints } from './death-points.ts';
import { rates } from './faults.ts';

/** What the schedule of a run follows from. */
export interface ScheduleOptions {
  seed: number;
  seconds: number;
  /** Whether servers of the cluster may be killed, which others on it would notice. */
  restarts: boolean;
}

/** The system works undisturbed for so long first. */
const calmMs = 1_000;
const deathsPerMinute: Readonly<Record<ServiceName, number>> = { launch: 8, watch: 10 };
const skewsMs = [0, 0, -60_000, 60_000] as const;

/** planSchedule plans all faults of a run, in order of time. Pure: the same options give the same schedule. */
export function planSchedule({ seed, seconds, restarts }: ScheduleOptions): ScheduledAction[] {
  const planned = rates.flatMap(({ label, perMinute, make }) => {
    const choices = makeChoices(seed, label);
    const count = Math.max(1, Math.round((perMinute * seconds) / 60));
    return Array.from({ length: count }, () => at(seconds, choices, make(choices)));
  });
  planned.push(...planDeaths('launch', seed, seconds), ...planDeaths('watch', seed, seconds));
  planned.push(...planScaling(seed, seconds));
  if (restarts) planned.push(...planRestarts(seed, seconds));
  return planned.toSorted((a, b) => a.atMs - b.atMs);
}

/** clockSkewMs is how wrong the clock of a function's so many-th instance is. Pure. */
export function clockSkewMs(seed: number, service: ServiceName, instance: number): number {
  return makeChoices(seed, 'skew', service, instance).oneOf(skewsMs);
}

function at(seconds: number, choices: Choices, action: Action): ScheduledAction {
  return { atMs: choices.between(calmMs, Math.max(calmMs, seconds * 1_000)), action };
}

/** Every point once in an order of its own, and again from the beginning; at even distances, because each costs a process. */
function planDeaths(service: ServiceName, seed: number, seconds: number): ScheduledAction[] {
  const points = makeChoices(seed, 'deaths', service).shuffled(deathPoints(service));
  const everyMs = 60_000 / deathsPerMinute[service];
  const count = Math.max(1, Math.floor((seconds * 1_000 - calmMs) / everyMs));
  return Array.from({ length: count }, (_, index) => {
    const [death = { point: '', moment: 'before' as const }] = points.slice(index % points.length);
    return { atMs: Math.round(calmMs + index * everyMs), action: { do: 'die', service, death } };
  });
}

/** From one watch instance to two and more, and back. */
function planScaling(seed: number, seconds: number): ScheduledAction[] {
  const choices = makeChoices(seed, 'scaling');
  const count = Math.max(1, Math.round(seconds / 20));
  return Array.from({ length: count }, () =>
    at(seconds, choices, {
      do: 'scale',
      service: choices.oneOf(['launch', 'watch', 'watch']),
      instances: choices.between(1, 3),
    }),
  );
}

/** One after another, each with time to come back; the last one well before the end. */
function planRestarts(seed: number, seconds: number): ScheduledAction[] {
  const choices = makeChoices(seed, 'restarts');
  const count = Math.max(1, Math.floor(seconds / 75));
  const spaceMs = (seconds * 1_000) / count;
  return Array.from({ length: count }, (_, index) => ({
    atMs: Math.round(index * spaceMs + choices.between(Math.round(spaceMs / 4), Math.round(spaceMs / 2))),
    action: {
      do: 'restart',
      part: index % 2 === 0 ? choices.oneOf(['apiserver', 'etcd'] as const) : 'apiserver',
      downMs: choices.between(200, 3_000),
    },
  }));
}
