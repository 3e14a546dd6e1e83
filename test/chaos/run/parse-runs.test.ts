import { expect, test } from 'vitest';
import { parseRuns } from './parse-runs.ts';

const command = 'npm run chaos -- --tasks';
const usual = { tasks: 1_000, seed: 1, seconds: 300, realShare: 0.15, restarts: true };

test.each([
  ['', [{ ...usual, command: `${command} 1000 --seed 1 --seconds 300` }], undefined],
  [
    '--tasks 50 --seed 7 --seconds 20 --real 0.5 --no-restarts --report a.json',
    [
      {
        tasks: 50,
        seed: 7,
        seconds: 20,
        realShare: 0.5,
        restarts: false,
        command: `${command} 50 --seed 7 --seconds 20 --real 0.5 --no-restarts`,
      },
    ],
    'a.json',
  ],
  [
    '--short',
    [
      { ...usual, tasks: 75, seconds: 45, command: `${command} 75 --seed 1 --seconds 45` },
      {
        ...usual,
        tasks: 75,
        seconds: 45,
        seed: 2,
        restarts: false,
        command: `${command} 75 --seed 2 --seconds 45 --no-restarts`,
      },
    ],
    undefined,
  ],
])('%s', (args, runs, report) => {
  expect(parseRuns(args.split(' ').filter(arg => arg !== ''))).toEqual({ runs, report });
});

test.each(['--tasks many', '--seed -1', '--real 2', '--real x', '--unknown', 'word'])(
  '%s makes no sense',
  args => {
    expect(parseRuns(args.split(' '))).toBeUndefined();
  },
);

test('the command of each run asks for this very run', () => {
  for (const run of parseRuns(['--short'])?.runs ?? []) {
    const args = run.command.replace('npm run chaos -- ', '').split(' ');
    expect(parseRuns(args)?.runs).toEqual([run]);
  }
});
