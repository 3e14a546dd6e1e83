import { z } from 'zod';
import { parseDocument } from '../../../shared/document.ts';
import { cursorSchema } from '../../../shared/log-cursor.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import type { ObjectInfo } from '../../../shared/ports/store.ts';
import type { Attempt } from '../../../shared/run.ts';

/** Content type of segments and composed logs. */
export const logContentType = 'text/plain; charset=utf-8';

/** What a segment (and the composed log) says of itself: enough to go on after it without reading it. */
const logFactsSchema = z.object({
  version: z.literal(1),
  /** RFC 3339: when the first line came; segments grow with the age of the log. */
  began_at: z.iso.datetime(),
  /** Gaps marked up to here. */
  gaps: z.number().int(),
  /** Where this object ends. */
  cursor: cursorSchema,
});
export type LogFacts = z.output<typeof logFactsSchema>;

const metadataKey = 'taskpod-log';

/** logMetadata is the custom metadata of a segment or a composed log. */
export function logMetadata(facts: LogFacts): Record<string, string> {
  return { [metadataKey]: JSON.stringify(facts) };
}

/** readLogFacts reads it back; throws `invalid_document`. */
export function readLogFacts(object: ObjectInfo): LogFacts {
  return parseDocument(logFactsSchema, object.metadata[metadataKey] ?? '', `the metadata of ${object.name}`);
}

/** The names of one container's log objects. */
export interface LogNames {
  log: string;
  segment: (number: number) => string;
  /** An intermediate object: segments `first` to `last`, one after another. */
  part: (first: number, last: number) => string;
  partsPrefix: string;
}

/** logNames gives them. */
export function logNames(attempt: Attempt, container: string): LogNames {
  const objects = attemptObjects(attempt);
  const partsPrefix = `${objects.segments(container)}part/`;
  const digits = (number: number): string => String(number).padStart(6, '0');
  return {
    log: objects.log(container),
    segment: number => objects.segment(container, number),
    part: (first, last) => `${partsPrefix}${digits(first)}-${digits(last)}.log`,
    partsPrefix,
  };
}

/** What earlier Turns have left of a container's log. */
export interface StoredLog {
  /** Facts of the composed log, when there is one. */
  composed: LogFacts | undefined;
  /** Number of segments. */
  segments: number;
  /** Facts of the last of them. */
  last: LogFacts | undefined;
  /** Names of intermediate objects. */
  parts: string[];
}

/** storedLog finds a container's objects in a listing; throws `invalid_document` when one lacks its metadata. */
export function storedLog(names: LogNames, listing: readonly ObjectInfo[]): StoredLog {
  const byName = new Map(listing.map(object => [object.name, object]));
  const composed = byName.get(names.log);
  let last: ObjectInfo | undefined;
  let segments = 0;
  for (let next = byName.get(names.segment(1)); next; next = byName.get(names.segment(segments + 1))) {
    last = next;
    segments++;
  }
  return {
    composed: composed && readLogFacts(composed),
    segments,
    last: last && readLogFacts(last),
    parts: listing.map(object => object.name).filter(name => name.startsWith(names.partsPrefix)),
  };
}
