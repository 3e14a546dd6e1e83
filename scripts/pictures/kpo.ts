import type { KpoRow } from '../measured/schemas.ts';
import { shown } from '../measured/words.ts';
import { legend } from './parts.ts';
import type { Picture } from './picture.ts';

const makers = ['kpo', 'taskpod'] as const;
const names = { kpo: 'KubernetesPodOperator', taskpod: 'Taskpod' };

/** What a reader asks first, also where Taskpod is the slower one, by the names of bench/kpo.ts; after "…" their ends. */
export const asked = [
  'go to container running',
  'go to result in hand',
  'container’s end to result in hand',
  '… at once: go to the last result',
  'CPU of a task',
  '… at once: memory of the client processes',
  'calls of a task to the API server',
  'log: received, at 95 percent of it',
  'log: its first line to its last line in hand',
] as const;
const mostRows = 8;

interface Pair {
  what: string;
  unit: string;
  kpo: number;
  taskpod: number;
}

/** kpoPairs chooses what the picture shows of the rows: what is asked first, or the first ones. */
export function kpoPairs(rows: readonly KpoRow[]): Pair[] {
  const pairs = rows.flatMap(({ what, unit, kpo, taskpod }) =>
    kpo === null || taskpod === null ? [] : [{ what, unit, kpo, taskpod }],
  );
  const isCalled = (what: string, name: string): boolean =>
    name.startsWith('…') ? what.endsWith(name.slice(1)) : what === name;
  const found = asked.flatMap(name => pairs.find(({ what }) => isCalled(what, name)) ?? []);
  return found.length > 1 ? found : pairs.slice(0, mostRows);
}

/** The same task by KubernetesPodOperator and by Taskpod: a pair of bars for each thing that was measured, to a scale of its own. */
export function kpoBeside(all: readonly KpoRow[]): Picture {
  const rows = kpoPairs(all);
  const most = rows.map(({ kpo, taskpod }) => Math.max(kpo, taskpod));
  return {
    name: 'kpo',
    title: 'The same task by KubernetesPodOperator and by Taskpod',
    subtitle: 'Each pair of bars has a scale of its own, from 0',
    alt: `${rows
      .map(({ what, unit, ...row }) => {
        const said = makers.map(maker => `${names[maker]} ${shown(row[maker])} ${unit}`.trim());
        return `${what}: ${said.join(', ')}`;
      })
      .join('; ')}.`,
    height: 130 + 56 * rows.length,
    option: theme => ({
      grid: { left: 320, right: 130, top: 100, bottom: 20 },
      legend: legend(
        theme,
        makers.map(maker => names[maker]),
      ),
      xAxis: { type: 'value', min: 0, max: 1, show: false },
      yAxis: {
        type: 'category',
        inverse: true,
        data: rows.map(({ what }) => what),
        axisLine: { lineStyle: { color: theme.quiet } },
        axisTick: { show: false },
        axisLabel: {
          color: theme.text,
          fontSize: 13,
          interval: 0,
          width: 250,
          overflow: 'break',
          lineHeight: 16,
        },
      },
      series: makers.map(maker => ({
        name: names[maker],
        type: 'bar' as const,
        barWidth: 16,
        barGap: '12%',
        data: rows.map((row, index) => (most[index] ? row[maker] / most[index] : 0)),
        itemStyle: { color: maker === 'kpo' ? theme.reference : theme.first },
        label: {
          show: true,
          position: 'right' as const,
          color: theme.text,
          fontSize: 13,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const row = rows[dataIndex];
            return row === undefined ? '' : `${shown(row[maker])} ${row.unit}`.trim();
          },
        },
      })),
    }),
  };
}
