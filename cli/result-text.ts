import { formatRun } from '../shared/run.ts';
import type { RunState } from '../shared/run-state.ts';
import { failureRows } from './failure-text.ts';
import { safe, stateText } from './render.ts';
import { formatProblem } from './run-document.ts';
import type { Sink } from './sink.ts';

/** resultText tells a person how a Run that was followed has ended, and what to do. */
export function resultText(state: RunState, took: string, err: Sink): string {
  const name = formatRun(state.run);
  const head = `${stateText(err, state.state)} ${name} after ${took}`;
  if (state.outcome === undefined || state.state === 'success') return `${head}\n`;
  const { summary, detail, action, problems = [] } = state.outcome;
  // Where there are problems, the detail is these in one line.
  const told = problems.length > 0 ? problems.map(formatProblem) : detail.split('\n');
  const lines = [summary, ...told, action];
  const evidence = failureRows(state.outcome).flatMap(([row, value]) => [
    `${row}:`,
    ...value.split('\n').map(line => `  ${line}`),
  ]);
  const rest = [...lines, ...evidence].filter(line => line !== '').map(line => `  ${safe(err, line)}`);
  return `${[`${head} (${state.reason})`, ...rest].join('\n')}\n`;
}
