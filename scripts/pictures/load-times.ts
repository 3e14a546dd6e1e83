import { many, most } from '../../bench/support/load-findings.ts';
import type { LoadRow } from '../measured/schemas.ts';
import { listed, milliseconds } from '../measured/words.ts';
import { legend, tasksAxis, valuesAxis } from './parts.ts';
import type { Picture } from './picture.ts';
import type { Theme } from './themes.ts';

const lines = [
  { name: 'sent to Pod seen', median: 'publishToPodMsMedian', p95: 'publishToPodMsP95', symbol: 'circle' },
  {
    name: 'Pod’s end to its outcome',
    median: 'endToOutcomeMsMedian',
    p95: 'endToOutcomeMsP95',
    symbol: 'triangle',
  },
] as const;
const goalName = `goal for its median at ${many.toLocaleString('en')}: ${most.endToOutcomeMs} ms`;
const styles = {
  median: { width: 2.5, type: 'solid' },
  p95: { width: 1.5, type: 'dotted' },
} as const;

/** How a task's two waits grow with the number of tasks; of what was published, by number of tasks. */
export function loadTimes(rows: readonly LoadRow[]): Picture {
  const isJudged = rows.some(({ tasks }) => tasks === many);
  return {
    name: 'load-times',
    title: 'How long a task waits when many come at once',
    subtitle: 'Median (solid) and p95 (dotted); both axes are logarithmic',
    alt: `Two waits of a task, by tasks at once. ${lines.map(line => inWords(rows, line)).join(' ')}${isJudged ? ` The ${goalName}.` : ''}`,
    height: 420,
    option: theme => ({
      grid: { left: 70, right: 150, top: 132, bottom: 62 },
      legend: legend(theme, [...lines.map(({ name }) => name), ...(isJudged ? [goalName] : [])]),
      xAxis: tasksAxis(
        theme,
        rows.map(({ tasks }) => tasks),
      ),
      yAxis: valuesAxis(theme, { name: 'time', isLog: true, formatter: axisTime }),
      series: [
        ...lines.flatMap(line =>
          (['median', 'p95'] as const).map(which => series(theme, rows, { line, which })),
        ),
        ...(isJudged ? [goal(theme)] : []),
      ],
    }),
  };
}

type Line = (typeof lines)[number];

function inWords(rows: readonly LoadRow[], { name, median, p95 }: Line): string {
  const points = rows.map(
    row =>
      `${milliseconds(row[median])} (p95 ${milliseconds(row[p95])}) at ${row.tasks.toLocaleString('en')}`,
  );
  return `From ${name}, median: ${listed(points)}.`.replace('From Pod', 'From the Pod');
}

function axisTime(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toLocaleString('en')} s`;
}

function series(
  theme: Theme,
  rows: readonly LoadRow[],
  { line, which }: { line: Line; which: 'median' | 'p95' },
) {
  const color = line.symbol === 'circle' ? theme.first : theme.second;
  const last = milliseconds(rows.at(-1)?.[line[which]] ?? Number.NaN);
  return {
    name: line.name,
    type: 'line' as const,
    data: rows.map(row => [row.tasks, row[line[which]]]),
    symbol: line.symbol,
    symbolSize: which === 'median' ? 9 : 6,
    itemStyle: { color },
    lineStyle: { color, ...styles[which] },
    endLabel: {
      show: true,
      color: theme.text,
      fontSize: 13,
      lineHeight: 18,
      distance: 22,
      formatter: `${which} ${last}`,
    },
    labelLayout: { moveOverlap: 'shiftY' as const },
  };
}

/** It is about a thousand at once, and nothing else. */
function goal(theme: Theme) {
  return {
    name: goalName,
    type: 'scatter' as const,
    data: [[many, most.endToOutcomeMs]],
    symbol: 'rect',
    symbolSize: [44, 3],
    itemStyle: { color: theme.goal, opacity: 1 },
    z: 5,
  };
}
