import { type ChaosReport, chaosSchema } from './chaos.ts';
import {
  type ColdStartRow,
  coldStartSchema,
  type KpoRow,
  kpoSchema,
  type LoadRow,
  type LogsMany,
  loadSchema,
  logsManySchema,
} from './schemas.ts';

/** All that docs/measured holds; undefined or empty what has not been measured. */
export interface Measured {
  load: LoadRow[] | undefined;
  kpo: KpoRow[] | undefined;
  coldStart: ColdStartRow[] | undefined;
  logsMany: LogsMany | undefined;
  /** In the order of the files' names; a file may hold several. */
  chaos: ChaosReport[];
}

const known = /^(load|kpo|cold-start|logs-many|chaos-[\w-]+)\.json$/;

/** readMeasured reads documents by their files' names; throws for a file that nothing shows, and for what is not as its schema says. */
export function readMeasured(files: Readonly<Record<string, string>>): Measured {
  const unknown = Object.keys(files).filter(file => !known.test(file));
  if (unknown.length > 0) throw new Error(`docs/measured: nothing shows ${unknown.join(' and ')}`);
  const read = <T>(file: string, schema: { parse: (value: unknown) => T }): T | undefined => {
    const text = files[file];
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new Error(`docs/measured/${file} is not as its schema says: ${cause}`, { cause });
    }
  };
  return {
    load: read('load.json', loadSchema),
    kpo: read('kpo.json', kpoSchema),
    coldStart: read('cold-start.json', coldStartSchema),
    logsMany: read('logs-many.json', logsManySchema),
    chaos: Object.keys(files)
      .filter(file => file.startsWith('chaos-'))
      .toSorted()
      .flatMap(file => read(file, chaosSchema) ?? []),
  };
}
