import { z } from 'zod';

const amount = z.number().nonnegative();
const time = z.number().positive();
const count = z.number().int().nonnegative();

/**
 * How tasks came in a run of bench/load.ts: published, and no Pod ran before all were there; published; or pushed to launch. "own storage":
 * with the project's own storage server instead of the one that STORAGE_EMULATOR_HOST names.
 */
export const variants = [
  'held',
  'held, own storage',
  'flowing',
  'flowing, own storage',
  'pushed',
  'pushed, own storage',
] as const;

/** docs/measured/load.json: one row of bench/load.ts for each number of tasks and variant; null is what could not be counted. */
export const loadSchema = z
  .array(
    z.object({
      tasks: count.min(1),
      variant: z.enum(variants),
      /** The day, in UTC. */
      measuredOn: z.iso.date().optional(),
      /** Load average before the run. */
      loadBefore: amount.optional(),
      barePerSecond: time,
      /** The same calls as of a launch, by a client that does nothing else. */
      bareLaunchesPerSecond: time.optional(),
      launchesPerSecond: time,
      publishToPodMsMedian: time,
      publishToPodMsP95: time,
      endToOutcomeMsMedian: time,
      endToOutcomeMsP95: time,
      /** CPU, milliseconds a task. */
      cpuMsLaunch: amount,
      cpuMsWatch: amount,
      cpuMsBareLaunch: amount.optional(),
      cpuMsApiServer: amount.nullish(),
      cpuMsStorageServer: amount.nullish(),
      cpuMsPubsub: amount.nullish(),
      peakMiBLaunch: amount,
      peakMiBWatch: amount,
      podsAtOnce: count,
      /** Most at a time in a namespace. */
      watches: count.nullable(),
      kubernetesCallsPerTask: amount.nullable(),
      storageCallsPerTask: amount,
      turns: count.optional(),
      connectionsLaunch: count.optional(),
      connectionsWatch: count.optional(),
      storageCreatesPerTask: amount.optional(),
      storageListsPerTask: amount.optional(),
      storageReadsPerTask: amount.optional(),
      storageDeletesPerTask: amount.optional(),
      publishRequestsPerTask: amount.optional(),
    }),
  )
  .min(1);

/** docs/measured/kpo.json: the same task by KubernetesPodOperator and by Taskpod; null is what was not measured. */
export const kpoSchema = z
  .array(
    z.object({
      what: z.string().min(1),
      unit: z.string(),
      kpo: amount.nullable(),
      taskpod: amount.nullable(),
    }),
  )
  .min(1);

/** docs/measured/cold-start.json: both functions, and one that does nothing; null where that would mean nothing. */
export const coldStartSchema = z
  .array(
    z.object({
      what: z.string().min(1),
      unit: z.string(),
      launch: amount,
      watch: amount,
      empty: amount.nullable(),
    }),
  )
  .min(1);

/** docs/measured/logs-many.json: what bench/logs-many.ts keeps; speeds are medians of two bursts. */
export const logsManySchema = z.object({
  pods: count.min(1),
  lines: count.min(1),
  bursts: count.min(1),
  curlMBPerSecond: time,
  watchMBPerSecond: time,
  /** Logs with every line once and in order. */
  wholeLogs: count,
  /** Memory of watch: before its first burst, and at most in each of its two. */
  beforeMiB: amount,
  firstPeakMiB: amount,
  secondPeakMiB: amount,
});

/** One row of load.json. */
export type LoadRow = z.output<typeof loadSchema>[number];

/** One row of kpo.json. */
export type KpoRow = z.output<typeof kpoSchema>[number];

/** One row of cold-start.json. */
export type ColdStartRow = z.output<typeof coldStartSchema>[number];

/** The document logs-many.json. */
export type LogsMany = z.output<typeof logsManySchema>;
