import { expect, test } from 'vitest';
import type { ChaosReport } from './report.ts';
import { summary } from './summary.ts';

const clean: ChaosReport = {
  version: 1,
  command: 'npm run chaos -- --tasks 4 --seed 9 --seconds 10',
  seed: 9,
  tasks: { real: 1, fake: 2, none: 1 },
  seconds: 10,
  restarts: true,
  audited: true,
  began_at: '2026-01-01T00:00:00.000Z',
  duration_seconds: 70.5,
  settled_seconds: 60.5,
  faults: [
    { group: 'death', fault: 'before', about: 'launch: create Pod', planned: 2, met: 2 },
    { group: 'death', fault: 'after', about: 'watch: remove Pod', planned: 1, met: 0 },
    { group: 'storage', fault: '503', about: 'list', planned: 3, met: 1 },
  ],
  processes: { launch: 3, watch: 2 },
  deliveries: {
    launch: { messages: 4, deliveries: 6, most: 3 },
    watch: { messages: 9, deliveries: 9, most: 1 },
  },
  dead_letters: 0,
  found: {
    runs: 4,
    kinds: { fake: 3, retry: 1 },
    strays: 0,
    attempts: 5,
    retries: 1,
    deletedFromOutside: 1,
    ends: { 'success completed': 4, 'up_for_retry exit_code': 1 },
    logs: { compared: 2, lines: 10, bytes: 1_000, gaps: 0 },
    results: { compared: 1, bytes: 20 },
    events: { came: 16, different: 15, repeated: 1, queuedUntold: 0 },
    posts: { created: 5, conflicts: 1, again: 0 },
    objects: { count: 40, bytes: 9_000 },
  },
  violations: [],
};

const lines = [
  'Seed 9: 4 tasks, 1 of them with containers, in 70.5 s; the last 60.5 s without faults.',
  '  3 faults; deaths at 1 points; 3 processes of launch, 2 of watch.',
  '  5 attempts, 5 Pods, 1 of them deleted from outside. A message came at most 3 times to launch, 1 to watch; 0 dead letters.',
  '  4 success completed, 1 up_for_retry exit_code.',
  '  Compared: 2 logs (1000 bytes), 1 results (20 bytes), 15 events (16 came).',
];

test('a run without violations', () => {
  expect(summary(clean).split('\n')).toEqual([...lines, '  Nothing was lost.']);
});

test('a run without the audit log says what was not judged', () => {
  expect(summary({ ...clean, audited: false }).split('\n')).toEqual([
    ...lines,
    '  Without an audit log nobody knows how many Pods an attempt had.',
    '  Nothing was lost.',
  ]);
});

test('violations are told one by one, at most fifty, with the command that repeats the run', () => {
  const violation = { rule: 'I5 every run ends', subject: 'a/b/c', detail: 'there is nothing of it' };
  const told = summary({ ...clean, violations: Array(60).fill(violation) }).split('\n');
  expect(told).toEqual([
    ...lines,
    '  VIOLATIONS: 60',
    ...Array(50).fill('  - I5 every run ends: a/b/c: there is nothing of it'),
    '  Again: npm run chaos -- --tasks 4 --seed 9 --seconds 10',
  ]);
});
