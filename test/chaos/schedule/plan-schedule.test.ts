import { describe, expect, test } from 'vitest';
import { nameOf } from './actions.ts';
import { deathPoints, writePoints } from './death-points.ts';
import { rates } from './faults.ts';
import { clockSkewMs, planSchedule } from './plan-schedule.ts';

const minutes = 12;
const long = planSchedule({ seed: 7, seconds: 60 * minutes, restarts: true });

describe('planSchedule', () => {
  test('gives the same schedule for the same options, and another one for another seed', () => {
    const options = { seed: 7, seconds: 60, restarts: true };
    expect(planSchedule(options)).toEqual(planSchedule(options));
    expect(planSchedule({ ...options, seed: 8 })).not.toEqual(planSchedule(options));
  });

  test('is in order of time, within its seconds, and by whole milliseconds', () => {
    const times = long.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.filter(ms => !Number.isInteger(ms) || ms < 1_000 || ms > 60_000 * minutes)).toEqual([]);
  });

  test('plans each fault as often as its rate says', () => {
    const planned = long.filter(({ action }) => action.do === 'delete Pod' || action.do === 'end tokens');
    expect(
      Object.entries(Object.groupBy(planned, ({ action }) => action.do)).map(([k, v]) => [k, v?.length]),
    ).toEqual(
      expect.arrayContaining([
        ['delete Pod', 3 * minutes],
        ['end tokens', minutes],
      ]),
    );
  });

  test('plans every kind of fault, and every point of death of both functions, in a long run', () => {
    const names = new Set(long.map(({ action }) => JSON.stringify(nameOf(action))));
    const deaths = (['launch', 'watch'] as const).flatMap(service =>
      deathPoints(service).map(death => JSON.stringify(nameOf({ do: 'die', service, death }))),
    );
    expect(deaths.filter(name => !names.has(name))).toEqual([]);
    expect([...new Set(long.map(({ action }) => action.do))].toSorted()).toEqual([
      'delete Pod',
      'die',
      'end tokens',
      'kill',
      'lease',
      'push',
      'request',
      'restart',
      'scale',
      'stream',
      'terminate',
    ]);
  });

  test('restarts no server of a cluster that is not to be disturbed, and plans all else as it would', () => {
    const rest = long.filter(({ action }) => action.do !== 'restart');
    expect(planSchedule({ seed: 7, seconds: 60 * minutes, restarts: false })).toEqual(rest);
  });

  test('plans at least one of each rate in a short run', () => {
    expect(planSchedule({ seed: 1, seconds: 5, restarts: false }).length).toBeGreaterThan(rates.length);
  });
});

test('clocks are right, a minute slow or a minute fast, by seed, function and instance', () => {
  const skews = Array.from({ length: 40 }, (_, index) => clockSkewMs(3, 'watch', index));
  expect(skews).toEqual(Array.from({ length: 40 }, (_, index) => clockSkewMs(3, 'watch', index)));
  expect([...new Set(skews)].toSorted((a, b) => a - b)).toEqual([-60_000, 0, 60_000]);
});

test('each write has both moments', () => {
  expect(deathPoints('launch').length).toBe(2 * writePoints.launch.length);
  expect(deathPoints('watch')[1]).toEqual({ point: 'replace lease', moment: 'after' });
});
