import type { XAXisComponentOption, YAXisComponentOption } from 'echarts';
import type { Theme } from './themes.ts';

const nameStyle = (theme: Theme) => ({ color: theme.quiet, fontSize: 13 });

const tasksName = (theme: Theme) => ({
  name: 'tasks at once',
  nameLocation: 'middle' as const,
  nameGap: 32,
  nameTextStyle: nameStyle(theme),
});

/** The axis of how many tasks there were at once, logarithmic, with a mark at each number that was measured. */
export function tasksAxis(theme: Theme, counts: readonly number[]): XAXisComponentOption {
  const at = [...counts];
  return {
    type: 'log',
    min: Math.min(...counts),
    max: Math.max(...counts),
    ...tasksName(theme),
    axisLine: { lineStyle: { color: theme.quiet } },
    axisTick: { show: true, customValues: at, lineStyle: { color: theme.quiet } },
    axisLabel: {
      customValues: at,
      color: theme.text,
      fontSize: 13,
      formatter: (value: number) => Math.round(value).toLocaleString('en'),
    },
    splitLine: { show: false },
  };
}

/** The same axis for bars: the numbers of tasks side by side. */
export function countsAxis(theme: Theme, rows: readonly { tasks: number }[]) {
  return {
    ...kindsAxis(
      theme,
      rows.map(({ tasks }) => tasks.toLocaleString('en')),
    ),
    ...tasksName(theme),
  };
}

/** An axis of kinds, in the order that is given. */
export function kindsAxis(theme: Theme, kinds: readonly string[]) {
  return {
    type: 'category' as const,
    data: [...kinds],
    axisLine: { lineStyle: { color: theme.quiet } },
    axisTick: { show: false },
    axisLabel: { color: theme.text, fontSize: 13, interval: 0 },
  };
}

/** An axis of values, from 0 where it is not logarithmic, with its unit above it. */
export function valuesAxis(
  theme: Theme,
  {
    name,
    isLog = false,
    formatter,
  }: { name: string; isLog?: boolean; formatter?: (value: number) => string },
): YAXisComponentOption {
  return {
    type: isLog ? 'log' : 'value',
    name,
    nameLocation: 'end',
    nameGap: 14,
    nameTextStyle: { ...nameStyle(theme), align: 'left', padding: [0, 0, 0, -44] },
    axisLabel: {
      color: theme.text,
      fontSize: 13,
      formatter: formatter ?? ((value: number) => value.toLocaleString('en')),
    },
    splitLine: { lineStyle: { color: theme.grid } },
  };
}

/** The legend, below the title; a goal is a line in it. */
export function legend(theme: Theme, names: readonly string[]) {
  return {
    data: names.map(name => (name.startsWith('goal') ? { name, icon: 'path://M0 0H26V3H0Z' } : { name })),
    left: 16,
    top: 64,
    itemGap: 24,
    itemWidth: 26,
    selectedMode: false,
    textStyle: { color: theme.text, fontSize: 13 },
  };
}

/** A dashed line across the picture at a goal, with the goal in words upon it or beside it. */
export function goalLine(
  theme: Theme,
  {
    at,
    words,
    position = 'insideStartTop',
  }: { at: number; words: string; position?: 'insideStartTop' | 'end' },
) {
  return {
    silent: true,
    symbol: 'none' as const,
    lineStyle: { color: theme.goal, type: [6, 4], width: 1.5 },
    label: {
      position,
      color: theme.text,
      fontSize: 13,
      formatter: words,
    },
    data: [{ yAxis: at }],
  };
}
