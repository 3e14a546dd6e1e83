import { leastOfBare } from '../../bench/support/load-findings.ts';
import type { LoadRow } from '../measured/schemas.ts';
import { listed, shown } from '../measured/words.ts';
import { countsAxis, legend, valuesAxis } from './parts.ts';
import type { Picture } from './picture.ts';
import type { Theme } from './themes.ts';

const barWidth = 44;

/** How fast launch makes Pods, beside clients that do nothing else; `rows` of one variant, by number of tasks. */
export function loadRates(rows: readonly LoadRow[]): Picture {
  const goal = `goal: ${leastOfBare} of bare POSTs`;
  const bareLaunches = rows.flatMap(row => row.bareLaunchesPerSecond ?? []);
  const kinds: [name: string, color: (theme: Theme) => string, values: number[]][] = [
    ['bare POSTs', theme => theme.reference, rows.map(row => row.barePerSecond)],
    ['bare launches', theme => theme.second, bareLaunches],
    ['launches', theme => theme.first, rows.map(row => row.launchesPerSecond)],
  ];
  const bars = kinds.filter(([, , values]) => values.length === rows.length);
  return {
    name: 'load-rates',
    title: 'Pods made in a second',
    subtitle: 'A bare POST is of the same Pod, in the same run, by a client that does nothing else',
    alt: `Pods made in a second, by tasks at once: ${bars
      .map(([name, , values]) => {
        const points = values.map((value, at) => `${shown(value)} at ${shown(rows[at]?.tasks ?? 0)}`);
        return `${name}: ${listed(points)}`;
      })
      .join('; ')}. The goal is ${leastOfBare} of the bare POSTs.`,
    height: 400,
    option: theme => ({
      grid: { left: 70, right: 40, top: 132, bottom: 62 },
      legend: legend(theme, [...bars.map(([name]) => name), goal]),
      xAxis: countsAxis(theme, rows),
      yAxis: valuesAxis(theme, { name: 'Pods a second' }),
      series: [
        ...bars.map(([name, color, values]) => ({
          name,
          type: 'bar' as const,
          data: values,
          barWidth,
          barGap: '8%',
          itemStyle: { color: color(theme) },
          label: {
            show: true,
            position: 'top' as const,
            color: theme.text,
            fontSize: 13,
            formatter: ({ value }: { value: unknown }) => shown(Number(value)),
          },
        })),
        {
          name: goal,
          type: 'scatter' as const,
          data: rows.map(row => leastOfBare * row.barePerSecond),
          symbol: 'rect',
          symbolSize: [bars.length * barWidth + 24, 2.5],
          itemStyle: { color: theme.goal, opacity: 1 },
          z: 5,
        },
      ],
    }),
  };
}
