import { type ChaosReport, faultsOf, tasksOf } from '../measured/chaos.ts';
import { listed, shown } from '../measured/words.ts';
import { kindsAxis } from './parts.ts';
import type { Picture } from './picture.ts';

/** What was done to the tasks of all runs together, the most frequent first. */
export function chaosInjected(reports: readonly ChaosReport[]): Picture {
  const kinds = faultsOf(reports).filter(({ met }) => met > 0);
  const tasks = reports.reduce((sum, report) => sum + tasksOf(report), 0);
  const runs = reports.length === 1 ? 'one run' : `${reports.length} runs`;
  return {
    name: 'chaos-injected',
    title: 'What was injected, and how often',
    subtitle: `${tasks.toLocaleString('en')} tasks in ${runs}`,
    alt: `Faults injected while ${tasks.toLocaleString('en')} tasks ran: ${listed(
      kinds.map(({ name, met }) => `${name} ${shown(met)}`),
    )}.`,
    height: 92 + 22 * kinds.length,
    option: theme => ({
      grid: { left: 290, right: 90, top: 72, bottom: 20 },
      xAxis: { type: 'value', min: 0, show: false },
      yAxis: {
        ...kindsAxis(
          theme,
          kinds.map(({ name }) => name),
        ),
        inverse: true,
      },
      series: [
        {
          type: 'bar',
          barWidth: 13,
          data: kinds.map(({ met }) => met),
          itemStyle: { color: theme.second },
          label: {
            show: true,
            position: 'right',
            color: theme.text,
            fontSize: 13,
            formatter: ({ value }) => shown(Number(value)),
          },
        },
      ],
    }),
  };
}
