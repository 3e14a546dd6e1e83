import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stateEventSchema } from '../shared/state-event.ts';

/**
 * eventJsonSchema makes the JSON Schema of an event (draft 2020-12) that schema/event.schema.json holds. A later version may add
 * properties; none of these changes its meaning.
 */
export function eventJsonSchema(): Record<string, unknown> {
  // As input: a subscriber must not refuse what a later version adds.
  const schema = z.toJSONSchema(stateEventSchema, { io: 'input', override: withoutBounds });
  return {
    ...schema,
    title: 'Taskpod event',
    description: 'A change of a run’s state: a CloudEvent 1.0 in structured JSON.',
  };
}

/** JavaScript's bounds of whole numbers, and its pattern of a time, say nothing to a subscriber. */
function withoutBounds({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const file = join(root, 'schema', 'event.schema.json');
  writeFileSync(file, JSON.stringify(eventJsonSchema()));
  execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', file]);
  process.stdout.write(`${file} is written\n`);
}
