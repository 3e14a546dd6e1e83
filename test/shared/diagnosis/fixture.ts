import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { podSchema } from '../../../shared/kubernetes/pod.ts';
import { podEventSchema } from '../../../shared/kubernetes/pod-event.ts';

const folder = join(import.meta.dirname, 'fixtures');

const fixture = z.object({
  /** Captured from a cluster, or written after a source that is named. */
  source: z.string(),
  gone: z.boolean(),
  pod: podSchema,
  events: z.array(podEventSchema),
});

/** readFixture reads a Pod and its events, as a cluster told them. */
export function readFixture(name: string): z.output<typeof fixture> {
  return fixture.parse(readJson(`${name}.json`));
}

/** The names of all fixtures of Pods. */
export function fixtureNames(): string[] {
  const files = readdirSync(folder).filter(file => !file.startsWith('refusals'));
  return files.map(file => file.replace('.json', ''));
}

const refusals = z.record(
  z.string(),
  z.object({
    code: z.number(),
    reason: z.string(),
    message: z.string(),
    details: z
      .object({ causes: z.array(z.object({ field: z.string(), message: z.string() })).default([]) })
      .default({ causes: [] }),
  }),
);

/** What the API server has answered to Pods that it does not take, by name. */
export function readRefusals(): z.output<typeof refusals> {
  return {
    ...refusals.parse(readJson('refusals.json')),
    ...refusals.parse(readJson('refusals-written.json')),
  };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
