/** shown writes a value with as many digits as a busy machine can repeat: three that count, and whole numbers as they are. */
export function shown(value: number): string {
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en');
  if (value > 0 && value < 0.005) return '< 0.01';
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** milliseconds writes a time as people say it: `451 ms`, `29.3 s`. */
export function milliseconds(ms: number): string {
  return ms < 1_000 ? `${shown(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** listed joins words: `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** table writes rows as Markdown, the first as its head. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body]
    .map(cells =>
      `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('|  |', '| |'),
    )
    .join('\n');
}
