import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as models from '@kubernetes/client-node';
import { z } from 'zod';

const attributes = z.array(z.object({ baseName: z.string(), type: z.string() }));
const model = z.custom<{ getAttributeTypeMap(): unknown }>(
  value => typeof value === 'function' && 'getAttributeTypeMap' in value,
);

/** Field names by type: each with the type of what it holds (`V1X`, `V1X[]`), or empty when that has no fields. */
export type FieldTable = Record<string, Record<string, string>>;

/**
 * podFieldTable reads the fields of Pod, and of every type in it, from the models of the Kubernetes client: what
 * shared/task/pod-fields.json holds, so that shared/ needs no SDK to find a misspelt field.
 */
export function podFieldTable(root = 'V1Pod'): FieldTable {
  const table: FieldTable = {};
  const waiting = [root];
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (type in table) continue;
    const fields: Record<string, string> = {};
    for (const { baseName, type: of } of attributesOf(type)) {
      const item = /^Array<(.*)>$/.exec(of)?.[1] ?? of;
      const isModel = model.safeParse(Reflect.get(models, item)).success;
      fields[baseName] = isModel ? of.replace(/^Array<(.*)>$/, '$1[]') : '';
      if (isModel) waiting.push(item);
    }
    table[type] = fields;
  }
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function attributesOf(type: string): z.output<typeof attributes> {
  return attributes.parse(model.parse(Reflect.get(models, type)).getAttributeTypeMap());
}

if (import.meta.main) {
  const file = new URL('../shared/task/pod-fields.json', import.meta.url);
  const text = `${JSON.stringify(podFieldTable(), null, 2)}\n`;
  writeFileSync(file, text);
  process.stdout.write(`${fileURLToPath(file)} is written\n`);
}
