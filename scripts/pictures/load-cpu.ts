import { most } from '../../bench/support/load-findings.ts';
import type { LoadRow } from '../measured/schemas.ts';
import { listed, shown } from '../measured/words.ts';
import { countsAxis, goalLine, legend, valuesAxis } from './parts.ts';
import type { Picture } from './picture.ts';

/** What a task costs of CPU, in both functions; `rows` of one variant, by number of tasks. */
export function loadCpu(rows: readonly LoadRow[]): Picture {
  const together = (row: LoadRow): number => row.cpuMsLaunch + row.cpuMsWatch;
  return {
    name: 'load-cpu',
    title: 'CPU of a task',
    subtitle: 'Both functions, from the message to the outcome; a task without logs and XCom',
    alt: `Milliseconds of CPU a task, launch and watch together, by tasks at once: ${listed(
      rows.map(row => `${shown(together(row))} at ${shown(row.tasks)}`),
    )}. The goal at 1,000 is ${most.cpuMsPerTask}.`,
    height: 400,
    option: theme => ({
      grid: { left: 70, right: 90, top: 132, bottom: 62 },
      legend: legend(theme, ['launch', 'watch']),
      xAxis: countsAxis(theme, rows),
      yAxis: {
        ...valuesAxis(theme, { name: 'ms of CPU a task' }),
        max: ({ max }) => Math.ceil((1.1 * Math.max(max, most.cpuMsPerTask)) / 10) * 10,
      },
      series: [
        {
          name: 'launch',
          type: 'bar',
          stack: 'task',
          barWidth: 72,
          data: rows.map(row => row.cpuMsLaunch),
          itemStyle: { color: theme.first },
        },
        {
          name: 'watch',
          type: 'bar',
          stack: 'task',
          data: rows.map(row => row.cpuMsWatch),
          itemStyle: { color: theme.second },
          label: {
            show: true,
            position: 'top',
            color: theme.text,
            fontSize: 13,
            formatter: ({ dataIndex }) => shown(rows.map(together)[dataIndex] ?? Number.NaN),
          },
          markLine: goalLine(theme, {
            at: most.cpuMsPerTask,
            words: `goal: ${most.cpuMsPerTask} ms\nat 1,000`,
            position: 'end',
          }),
        },
      ],
    }),
  };
}
