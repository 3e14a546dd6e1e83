/** What a row of a table says of many measurements of one thing. */
export interface Summary {
  count: number;
  median: number;
  /** The middle four fifths lie between these two. */
  low: number;
  high: number;
}

/** quantile gives the value below which the share `q` (0 to 1) of the samples lies, between two samples linearly. Throws RangeError without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('nothing was measured');
  return below + (above - below) * (position - Math.floor(position));
}

/** median is the quantile in the middle. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** summarize gives the median and the spread. Throws RangeError without samples. */
export function summarize(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    median: median(samples),
    low: quantile(samples, 0.1),
    high: quantile(samples, 0.9),
  };
}
