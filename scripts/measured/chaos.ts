import { z } from 'zod';

const count = z.number().int().nonnegative();
const seconds = z.number().nonnegative();
const counts = z.record(z.string(), count);

const faultSchema = z.object({
  /** Where it happened: at a server, at a push, to a process. */
  group: z.string().min(1),
  fault: z.string().min(1),
  /** The kind of request, or the process. */
  about: z.string(),
  planned: count,
  /** How often it has happened: what waits for a request of its kind may wait in vain. */
  met: count,
});

const reportSchema = z.object({
  /** By which it is repeated. */
  command: z.string().min(1),
  seed: count,
  /** Tasks with containers, tasks on a node that runs none, and messages that no node ever gets. */
  tasks: z.object({ real: count, fake: count, none: count }),
  /** How long faults have happened. */
  seconds,
  duration_seconds: seconds,
  faults: z.array(faultSchema).min(1),
  /** Processes that were started. */
  processes: counts,
  deliveries: z.record(z.string(), z.object({ most: count })),
  dead_letters: count,
  /** What was there at the end, and was held against what had to be. */
  found: z.object({
    runs: count,
    attempts: count,
    deletedFromOutside: count,
    /** Attempts by state and reason. */
    ends: counts,
    logs: z.object({ compared: count, bytes: count, gaps: count }),
    results: z.object({ compared: count, bytes: count }),
    events: z.object({ came: count, different: count }),
    posts: z.object({ created: count }),
  }),
  violations: z.array(z.object({ rule: z.string(), subject: z.string(), detail: z.string() })),
});

/** docs/measured/chaos-*.json: what one chaos run reports of itself, or several do, as far as pages show it. */
export const chaosSchema = z.union([
  z.array(reportSchema).min(1),
  reportSchema.transform(report => [report]),
]);

/** One run's report. */
export type ChaosReport = z.output<typeof reportSchema>;

/** tasksOf counts the tasks of a run. */
export function tasksOf({ tasks }: ChaosReport): number {
  return tasks.real + tasks.fake + tasks.none;
}

/** A kind of fault of all runs together. */
export interface Fault {
  /** Group and fault, in words. */
  name: string;
  planned: number;
  met: number;
  /** How often it has happened to what, the most frequent first. */
  abouts: [about: string, met: number][];
}

const groups: Readonly<Record<string, string>> = {
  kubernetes: 'API server',
  storage: 'Cloud Storage',
  pubsub: 'Pub/Sub, publishing',
  push: 'Pub/Sub, push',
  death: 'killed at a call',
  process: 'process',
  outside: 'from outside',
  server: 'server',
};

/** faultsOf adds up the faults of all runs by group and kind, the most frequent first. */
export function faultsOf(reports: readonly ChaosReport[]): Fault[] {
  const all = reports.flatMap(({ faults }) => faults);
  const named = Map.groupBy(all, ({ group, fault }) => `${groups[group] ?? group}: ${fault}`);
  return [...named]
    .map(([name, counted]) => ({
      name,
      planned: counted.reduce((sum, { planned }) => sum + planned, 0),
      met: counted.reduce((sum, { met }) => sum + met, 0),
      abouts: sumOf(counted.map(({ about, met }) => ({ [about]: met }))).filter(([, met]) => met > 0),
    }))
    .toSorted((a, b) => b.met - a.met || (a.name < b.name ? -1 : 1));
}

/** sumOf adds up counts of the same names, and gives the most frequent first. */
export function sumOf(all: readonly Readonly<Record<string, number>>[]): [name: string, count: number][] {
  const sums = new Map<string, number>();
  for (const [name, value] of all.flatMap(one => Object.entries(one)))
    sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
