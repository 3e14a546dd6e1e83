import type { ObjectStore } from '../../../shared/ports/store.ts';
import { type LogFacts, type LogNames, logContentType, logMetadata, readLogFacts } from './stored-log.ts';

/** Cloud Storage composes at most so many objects at a time. */
const mostSources = 32;
/** Compositions under way at once. */
const mostAtOnce = 8;

/** A log that has ended, as the writer left it. */
export interface EndedLog {
  names: LogNames;
  /** Number of segments; 0: the whole log is `rest`. */
  segments: number;
  rest: Buffer;
  facts: LogFacts;
  /** Intermediate objects that an earlier, interrupted composition has left. */
  parts: readonly string[];
  store: ObjectStore;
  signal: AbortSignal;
}

/** Segments `first` to `last`, one after another. */
interface Range {
  first: number;
  last: number;
}

/**
 * composeLog makes the composed log, create-only, and returns its facts: those of another Turn when that one was faster.
 * May be interrupted anywhere and run again: an intermediate object is named after the segments in it, so one that
 * exists already is right. The segments stay.
 */
export async function composeLog(ended: EndedLog): Promise<LogFacts> {
  const { names, segments, store, signal, facts } = ended;
  const options = { contentType: logContentType, metadata: logMetadata(facts), signal };
  if (segments === 0) {
    const { created } = await store.create(names.log, ended.rest, options);
    return created ? facts : storedFacts(ended);
  }
  const parts = new Set(ended.parts);
  let width = 1;
  for (; segments > width * mostSources; width *= mostSources) {
    const wider = ranges({ first: 1, last: segments }, width * mostSources);
    for (const batch of inGroups(wider, mostAtOnce)) {
      await Promise.all(batch.map(range => composePart(ended, range, width, parts)));
    }
  }
  const sources = ranges({ first: 1, last: segments }, width).map(range => rangeName(names, range));
  const { created } = await store.compose(sources, names.log, options);
  await removeParts(store, [...parts], signal);
  return created ? facts : storedFacts(ended);
}

/** removeParts removes intermediate objects; those that are gone already do not matter. */
export async function removeParts(
  store: Pick<ObjectStore, 'remove'>,
  parts: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const batch of inGroups(parts, mostAtOnce)) {
    await Promise.all(batch.map(name => store.remove(name, { signal })));
  }
}

/** composePart makes the object of a range out of its pieces of the given width. */
async function composePart(ended: EndedLog, range: Range, width: number, parts: Set<string>): Promise<void> {
  const { names, store, signal } = ended;
  const sources = ranges(range, width).map(piece => rangeName(names, piece));
  if (sources.length === 1) return;
  const name = rangeName(names, range);
  await store.compose(sources, name, { contentType: logContentType, signal });
  parts.add(name);
}

async function storedFacts({ names, store, signal, facts }: EndedLog): Promise<LogFacts> {
  for await (const object of store.list(names.log, { signal })) {
    if (object.name === names.log) return readLogFacts(object);
  }
  return facts;
}

function rangeName(names: LogNames, { first, last }: Range): string {
  return first === last ? names.segment(first) : names.part(first, last);
}

function ranges({ first, last }: Range, width: number): Range[] {
  return Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, index) => {
    const start = first + index * width;
    return { first: start, last: Math.min(start + width - 1, last) };
  });
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
