import { type ChaosReport, faultsOf, sumOf } from './chaos.ts';
import { shown, table } from './words.ts';

/** chaosBlock gives the sections of docs/reliability.md that are made of reports: what was injected, what was lost, and how to do it again. */
export function chaosBlock(reports: readonly ChaosReport[], pictures: readonly string[]): string[] {
  const faults = faultsOf(reports);
  const total = (of: 'planned' | 'met'): string => shown(faults.reduce((sum, fault) => sum + fault[of], 0));
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
      ...sumOf(reports.map(({ outcomes }) => outcomes)).map(([outcome, times]) => [outcome, shown(times)]),
    ]),
    '## Run it again',
    'The same seed makes the same tasks and the same schedule of faults:',
    ['```sh', ...reports.map(({ command }) => command), '```'].join('\n'),
  ];
}

function runsTable(reports: readonly ChaosReport[]): string {
  const sum = (values: Readonly<Record<string, number>>): string =>
    shown(Object.values(values).reduce((a, b) => a + b, 0));
  const row = (what: string, value: (report: ChaosReport) => string): string[] => [
    what,
    ...reports.map(value),
  ];
  return table([
    row('seed', ({ seed }) => String(seed)),
    row('tasks', ({ tasks }) => shown(tasks)),
    row(
      'of them with containers, and on a node without',
      ({ workload }) => `${shown(workload.real)} and ${shown(workload.fake)}`,
    ),
    row('faults happened for', ({ seconds }) => `${shown(seconds)} s`),
    row('until the last work was done', report => `${shown(report.duration_seconds)} s`),
    row('processes started', ({ processes }) => sum(processes)),
    row('attempts', ({ attempts }) => shown(attempts)),
    row('Pods made', report => shown(report.pods_made)),
    row('outcomes', ({ outcomes }) => sum(outcomes)),
    row(
      'events received, and different ones',
      ({ events }) => `${shown(events.received)} and ${shown(events.distinct)}`,
    ),
    row('logs compared', ({ compared }) => `${shown(compared.logs)}, ${shown(compared.log_bytes)} bytes`),
    row(
      'results compared',
      ({ compared }) => `${shown(compared.results)}, ${shown(compared.result_bytes)} bytes`,
    ),
    row('**promises broken**', ({ violations: found }) => `**${shown(found.length)}**`),
  ]);
}

function violations(reports: readonly ChaosReport[]): string[] {
  const found = reports.flatMap(({ seed, violations: all }) =>
    all.map(({ rule, subject, detail }) => `- seed ${seed}, ${rule}: ${subject}: ${detail}`),
  );
  return found.length === 0 ? [] : ['What was broken:', found.join('\n')];
}
