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

/** docs/measured/chaos-*.json: what a chaos run reports of itself, as far as pages show it. */
export const chaosSchema = z.object({
  /** By which it is repeated. */
  command: z.string().min(1),
  seed: count,
  tasks: count.min(1),
  /** How long faults have happened. */
  seconds,
  duration_seconds: seconds,
  workload: z.object({ real: count, fake: count }),
  faults: z.array(faultSchema).min(1),
  processes: counts,
  pods_made: count,
  attempts: count,
  /** Attempts by state and reason. */
  outcomes: counts,
  events: z.object({ received: count, distinct: count }),
  /** What was held, byte for byte, against what the tasks have written. */
  compared: z.object({ logs: count, log_bytes: count, results: count, result_bytes: count }),
  violations: z.array(z.object({ rule: z.string(), subject: z.string(), detail: z.string() })),
});

/** One run's report. */
export type ChaosReport = z.output<typeof chaosSchema>;

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
