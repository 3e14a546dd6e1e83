import { type ChaosReport, faultsOf, sumOf, tasksOf } from './chaos.ts';
import { shown, table } from './words.ts';

/** chaosBlock gives the sections of docs/reliability.md that are made of reports: what was injected, what was lost, and the commands. */
export function chaosBlock(reports: readonly ChaosReport[], pictures: readonly string[]): string[] {
  const faults = faultsOf(reports);
  const total = (of: 'planned' | 'met'): string => shown(sum(faults.map(fault => fault[of])));
  return [
    '## What was injected',
    `${total('met')} faults; of ${total('planned')} planned ones the others have waited in vain for a request of their kind.`,
    ...pictures,
    table([
      ['fault', 'times', 'of what'],
      ...faults
        .filter(({ met }) => met > 0)
        .map(({ name, met, abouts }) => [
          name,
          shown(met),
          abouts.map(([about, times]) => `${about} ${shown(times)}`).join(', '),
        ]),
    ]),
    '## What was lost',
    runsTable(reports),
    ...violations(reports),
    'How the attempts ended:',
    table([
      ['outcome', 'attempts'],
      ...sumOf(reports.map(({ found }) => found.ends)).map(([outcome, times]) => [outcome, shown(times)]),
    ]),
    'The same again:',
    ['```sh', ...reports.map(({ command }) => command), '```'].join('\n'),
  ];
}

function runsTable(reports: readonly ChaosReport[]): string {
  const row = (what: string, value: (report: ChaosReport) => string): string[] => [
    what,
    ...reports.map(value),
  ];
  return table([
    row('seed', ({ seed }) => String(seed)),
    row('tasks', report => shown(tasksOf(report))),
    row('of them with containers', ({ tasks }) => shown(tasks.real)),
    row('faults happened for', report => `${shown(report.seconds)} s`),
    row('until the last work was done', report => `${shown(report.duration_seconds)} s`),
    row('processes of launch and watch', ({ processes }) => shown(sum(Object.values(processes)))),
    row('deliveries of the message that came most often', ({ deliveries }) =>
      shown(Math.max(...Object.values(deliveries).map(({ most }) => most))),
    ),
    row('dead letters', report => shown(report.dead_letters)),
    row('attempts', ({ found }) => shown(found.attempts)),
    row('Pods made', ({ found }) => shown(found.posts.created)),
    row('of them deleted from outside', ({ found }) => shown(found.deletedFromOutside)),
    row('logs compared', ({ found: { logs } }) => `${shown(logs.compared)}, ${shown(logs.bytes)} bytes`),
    row('gaps told in them, of Pods that were deleted or stopped', ({ found }) => shown(found.logs.gaps)),
    row(
      'results compared',
      ({ found: { results } }) => `${shown(results.compared)}, ${shown(results.bytes)} bytes`,
    ),
    row(
      'events received, and different ones',
      ({ found: { events } }) => `${shown(events.came)} and ${shown(events.different)}`,
    ),
    row('**promises broken**', ({ violations: found }) => `**${shown(found.length)}**`),
  ]);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function violations(reports: readonly ChaosReport[]): string[] {
  const found = reports.flatMap(({ seed, violations: all }) =>
    all.map(({ rule, subject, detail }) => `- seed ${seed}, ${rule}: ${subject}: ${detail}`),
  );
  return found.length === 0 ? [] : ['What was broken:', found.join('\n')];
}
