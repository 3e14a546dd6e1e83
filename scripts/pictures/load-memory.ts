import { most } from '../../bench/support/load-findings.ts';
import type { LoadRow } from '../measured/schemas.ts';
import { listed, shown } from '../measured/words.ts';
import { goalLine, legend, tasksAxis, valuesAxis } from './parts.ts';
import type { Picture } from './picture.ts';

const processes = [
  { name: 'launch', peak: 'peakMiBLaunch', symbol: 'circle' },
  { name: 'watch', peak: 'peakMiBWatch', symbol: 'triangle' },
] as const;

/** The peak memory of both processes; of what was published, by number of tasks. */
export function loadMemory(rows: readonly LoadRow[]): Picture {
  return {
    name: 'load-memory',
    title: 'Memory of the two processes, at their peak',
    subtitle: 'The axis of tasks is logarithmic',
    alt: `Peak memory, by tasks at once: ${processes
      .map(({ name, peak }) => {
        const points = rows.map(row => `${shown(row[peak])} MiB at ${row.tasks.toLocaleString('en')}`);
        return `${name}: ${listed(points)}`;
      })
      .join('; ')}. The goal for watch at 1,000 is ${most.watchMiB} MiB.`,
    height: 400,
    option: theme => ({
      grid: { left: 70, right: 130, top: 132, bottom: 62 },
      legend: legend(
        theme,
        processes.map(({ name }) => name),
      ),
      xAxis: tasksAxis(
        theme,
        rows.map(({ tasks }) => tasks),
      ),
      yAxis: { ...valuesAxis(theme, { name: 'MiB' }), min: 0, max: axisEnd },
      series: processes.map(({ name, peak, symbol }, index) => {
        const color = index === 0 ? theme.first : theme.second;
        return {
          name,
          type: 'line' as const,
          data: rows.map(row => [row.tasks, row[peak]]),
          symbol,
          symbolSize: 9,
          itemStyle: { color },
          lineStyle: { color, width: 2.5 },
          endLabel: {
            show: true,
            color: theme.text,
            fontSize: 13,
            distance: 10,
            formatter: `${name} ${shown(rows.at(-1)?.[peak] ?? Number.NaN)}`,
          },
          labelLayout: { moveOverlap: 'shiftY' as const },
          ...(name === 'watch'
            ? {
                markLine: goalLine(theme, {
                  at: most.watchMiB,
                  words: `goal for watch at 1,000: ${most.watchMiB} MiB`,
                }),
              }
            : {}),
        };
      }),
    }),
  };
}

/** The goal is on the picture, whether it is met or missed. */
function axisEnd({ max }: { max: number }): number {
  return Math.ceil((Math.max(max, most.watchMiB) * 1.15) / 100) * 100;
}
