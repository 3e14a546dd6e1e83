import { readFileSync } from 'node:fs';
import { z } from 'zod';

const json = z.record(z.string(), z.unknown());

/** A place where the Pods differ because of what the task says; `why` is the row of docs/pod.md that says so. */
const difference = z.strictObject({
  path: z.array(z.union([z.string(), z.number()])),
  kpo: z.unknown(),
  /** null: absent. */
  taskpod: z.unknown(),
  why: z.string(),
});
export type Difference = z.output<typeof difference>;

const configurations = z.array(
  z.strictObject({
    name: z.string(),
    task: json,
    template: json.optional(),
    differs: z.array(difference).default([]),
  }),
);
export type Configuration = z.output<typeof configurations>[number];

/** Tasks as messages, each with the Pod that KubernetesPodOperator makes of it. */
export function readConfigurations(): { configuration: Configuration; kpoPod: unknown }[] {
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  const pods = json.parse(read('kpo-pods.json'));
  return configurations
    .parse(read('configurations.json'))
    .map(configuration => ({ configuration, kpoPod: pods[configuration.name] }));
}
