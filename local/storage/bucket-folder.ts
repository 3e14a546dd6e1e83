import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Draft, writeDraft } from './draft.ts';
import { Journal } from './journal.ts';
import { foldPath, hiddenFile, objectPath } from './object-path.ts';
import type { ObjectRecord } from './object-record.ts';
import { SortedNames } from './sorted-names.ts';

/** What a writer says of an object. */
export interface ObjectFacts {
  contentType: string;
  metadata: Record<string, string>;
  /** Set for a composed object: how many objects it was made from. */
  components?: number;
}

/** Where a bucket lies. */
export interface BucketPlace {
  /** The objects, under their own names. */
  folder: string;
  /** Journal, drafts, and objects whose name cannot be a path. */
  hidden: string;
  now: () => number;
}

/**
 * The objects of one bucket as plain files. Looking at a record, checking a precondition and changing the object
 * happen in one step of the event loop, so that no two requests can both win.
 */
export class BucketFolder {
  readonly names = new SortedNames();
  readonly #place: BucketPlace;
  readonly #drafts: string;
  readonly #objects: string;
  readonly #journal: Journal;
  readonly #records: Map<string, ObjectRecord>;
  /** Who has which path, with paths folded that some file system takes for the same. */
  readonly #owners = new Map<string, string>();
  #lastGeneration: number;

  /** Opens the bucket, and finishes what a process that died had begun. */
  constructor(place: BucketPlace) {
    this.#place = place;
    this.#drafts = join(place.hidden, 'drafts');
    this.#objects = join(place.hidden, 'objects');
    for (const folder of [place.folder, this.#drafts, this.#objects]) mkdirSync(folder, { recursive: true });
    const { journal, records, lastGeneration } = Journal.open(join(place.hidden, 'journal.jsonl'));
    this.#journal = journal;
    this.#records = records;
    this.#lastGeneration = lastGeneration;
    for (const record of [...records.values()]) this.#recover(record);
    for (const draft of readdirSync(this.#drafts)) rmSync(join(this.#drafts, draft));
  }

  get(name: string): ObjectRecord | undefined {
    return this.#records.get(name);
  }

  /** Writes bytes that {@link commit} can make an object. */
  draft(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Draft> {
    return writeDraft(this.#drafts, bytes);
  }

  /** Forgets a draft. */
  discard(draft: Draft): void {
    rmSync(join(this.#drafts, draft.file), { force: true });
  }

  /** Makes a draft the object's next generation. */
  commit(name: string, draft: Draft, facts: ObjectFacts): ObjectRecord {
    const where = this.#prepareFile(name);
    const record: ObjectRecord = {
      name,
      generation: this.#nextGeneration(),
      size: draft.size,
      md5: draft.md5,
      content_type: facts.contentType,
      metadata: facts.metadata,
      updated: new Date(this.#place.now()).toISOString(),
      ...(facts.components === undefined ? {} : { components: facts.components }),
      ...where,
      draft: draft.file,
    };
    this.#journal.append(record);
    this.#records.set(name, record);
    renameSync(join(this.#drafts, draft.file), this.#path(record));
    this.#own(record);
    this.#journal.compact(this.#records, record.generation);
    return record;
  }

  /** Removes an object that is there. */
  remove(record: ObjectRecord): void {
    this.#journal.append({ gone: record.name, generation: this.#nextGeneration() });
    this.#records.delete(record.name);
    rmSync(this.#path(record), { force: true });
    this.#disown(record);
  }

  /** Opens the bytes of an object; undefined (and the object is gone) when somebody has removed the file. */
  open(record: ObjectRecord): number | undefined {
    try {
      return openSync(this.#path(record), 'r');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      if (this.#records.get(record.name) === record) this.remove(record);
      return undefined;
    }
  }

  close(): void {
    this.#journal.close();
  }

  #recover(record: ObjectRecord): void {
    const draft = join(this.#drafts, record.draft ?? '');
    if (record.draft !== undefined && existsSync(draft)) {
      mkdirSync(dirname(this.#path(record)), { recursive: true });
      renameSync(draft, this.#path(record));
    }
    if (existsSync(this.#path(record))) this.#own(record);
    else this.#records.delete(record.name);
  }

  /** Under its own name where that is free; an object beside a "folder" of the same name, for one, is hidden. */
  #prepareFile(name: string): { file: string; hidden: boolean } {
    const current = this.#records.get(name);
    if (current !== undefined) {
      mkdirSync(dirname(this.#path(current)), { recursive: true });
      return { file: current.file, hidden: current.hidden };
    }
    const hidden = { file: hiddenFile(name), hidden: true };
    const file = objectPath(name);
    if (file === undefined || this.#owners.has(foldPath(file))) return hidden;
    const path = join(this.#place.folder, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch {
      return hidden; // a part of the path is an object
    }
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? hidden : { file, hidden: false };
  }

  #own(record: ObjectRecord): void {
    this.names.add(record.name);
    if (!record.hidden) this.#owners.set(foldPath(record.file), record.name);
  }

  #disown(record: ObjectRecord): void {
    this.names.delete(record.name);
    if (record.hidden) return;
    this.#owners.delete(foldPath(record.file));
    // folders exist for what is in them
    for (let folder = dirname(record.file); folder !== '.'; folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#place.folder, folder));
      } catch {
        return;
      }
    }
  }

  #path(record: ObjectRecord): string {
    return join(record.hidden ? this.#objects : this.#place.folder, record.file);
  }

  #nextGeneration(): number {
    this.#lastGeneration = Math.max(this.#lastGeneration + 1, this.#place.now() * 1_000);
    return this.#lastGeneration;
  }
}
