import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { type JournalLine, journalLineSchema, type ObjectRecord } from './object-record.ts';

/** Lines that may be outdated before the journal is written anew. */
const maxOutdatedLines = 20_000;

/**
 * The list of a bucket's objects as a file to which each change is appended in one write: what is in it has happened,
 * whatever becomes of the process after.
 */
export class Journal {
  readonly #path: string;
  #file: number;
  #lines: number;

  private constructor(path: string, lines: number) {
    this.#path = path;
    this.#file = openSync(path, 'a');
    this.#lines = lines;
  }

  /** Opens a bucket's journal; `records` is what it says, `lastGeneration` the highest ever given. A line that broke off is dropped. */
  static open(path: string): {
    journal: Journal;
    records: Map<string, ObjectRecord>;
    lastGeneration: number;
  } {
    const records = new Map<string, ObjectRecord>();
    let lastGeneration = 0;
    for (const line of readLines(path)) {
      lastGeneration = Math.max(lastGeneration, line.generation);
      if ('gone' in line) records.delete(line.gone);
      else records.set(line.name, line);
    }
    rewrite(path, records.values(), lastGeneration);
    return { journal: new Journal(path, records.size + 1), records, lastGeneration };
  }

  /** Appends one change. */
  append(line: JournalLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    this.#lines += 1;
  }

  /** Writes the journal anew when most of it is outdated; `records` is what is true now. */
  compact(records: ReadonlyMap<string, ObjectRecord>, lastGeneration: number): void {
    if (this.#lines <= 2 * records.size + maxOutdatedLines) return;
    closeSync(this.#file);
    rewrite(this.#path, records.values(), lastGeneration);
    this.#file = openSync(this.#path, 'a');
    this.#lines = records.size + 1;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function readLines(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap(line => {
    const parsed = parseLine(line);
    return parsed === undefined ? [] : [parsed];
  });
}

function parseLine(line: string): JournalLine | undefined {
  try {
    return journalLineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The first line keeps the last generation, even when all objects are gone. */
function rewrite(path: string, records: Iterable<ObjectRecord>, lastGeneration: number): void {
  const first: JournalLine = { gone: '', generation: lastGeneration };
  const text = [first, ...records].map(line => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
