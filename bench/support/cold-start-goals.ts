/** What bench/cold-start.ts measures and has a goal for, by the names of its figures. */
export const coldStart = {
  bundle: 'bundle',
  listening: 'start to listening',
  peak: 'peak of the memory until then',
} as const;

/** The largest bundle of a function. */
export const largestBundleMB = 3.5;

/** The slowest start to listening, in times of an empty function's. */
export const slowestStart = 1.5;

/** The most memory: half of the 512 MB that Terraform gives an instance. */
export const mostMiB = 512e6 / 2 ** 20 / 2;
