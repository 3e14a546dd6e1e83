import type { State } from '../shared/outcome.ts';
import { neutralise, plain } from './neutralise.ts';
import type { Look, Sink } from './sink.ts';

const looks: Record<State, Look> = {
  queued: 'yellow',
  running: 'cyan',
  success: 'green',
  failed: 'red',
  skipped: 'dim',
  up_for_retry: 'yellow',
  cancelled: 'yellow',
  rejected: 'red',
};

/** stateText writes a state in its colour. */
export function stateText(sink: Sink, state: State): string {
  return sink.style(looks[state], state);
}

/** safe is foreign text for this output: without control characters where a terminal would obey them. */
export function safe(sink: Sink, text: string): string {
  return sink.terminal ? plain(text) : text;
}

/** renderPairs lays names and values out in two columns; further lines of a value go under its first. */
export function renderPairs(pairs: readonly (readonly [string, string])[], sink: Sink): string {
  const width = Math.max(...pairs.map(([name]) => name.length)) + 2;
  const lines = pairs.flatMap(([name, value]) =>
    value
      .split('\n')
      .map((line, index) => sink.style('dim', (index === 0 ? name : '').padEnd(width)) + safe(sink, line)),
  );
  return `${lines.join('\n')}\n`;
}

/** A cell of a table: its text, and how it looks. */
export interface Cell {
  text: string;
  look?: Look;
}

/** stateCell is a state in a table. */
export function stateCell(state: State): Cell {
  return { text: state, look: looks[state] };
}

/**
 * renderTable lays rows out in columns under a head, for a terminal; elsewhere one line per row, cells separated by tabs, no
 * head. No cell may hold a tab or a line end.
 */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[], sink: Sink): string {
  if (!sink.terminal) return rows.map(row => `${row.map(({ text }) => text).join('\t')}\n`).join('');
  const shown = rows.map(row => row.map(cell => ({ ...cell, text: plain(cell.text) })));
  const widths = head.map((name, column) =>
    Math.max(name.length, ...shown.map(row => row[column]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, look }, column) => {
        const cut = column === cells.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - text.length + 2);
        return (look === undefined ? text : sink.style(look, text)) + cut;
      })
      .join('');
  const all = [head.map((text): Cell => ({ text, look: 'bold' })), ...shown];
  return `${all.map(line).join('\n')}\n`;
}

/** safeLine is one line of a container's log for this output. */
export function safeLine(sink: Sink, text: string): string {
  return sink.terminal ? neutralise(text) : text;
}
