import { describe, expect, test } from 'vitest';
import {
  type LogFacts,
  logMetadata,
  logNames,
  storedLog,
} from '../../../../functions/watch/logs/stored-log.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import { startOfLog } from '../../../../shared/log-cursor.ts';
import { attemptPrefix, longestObjectNameBytes } from '../../../../shared/object-names.ts';
import type { ObjectInfo } from '../../../../shared/ports/store.ts';

const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
const names = logNames(attempt, 'base');
const facts = (gaps: number): LogFacts => ({
  version: 1,
  began_at: '2026-11-23T10:00:00.000Z',
  gaps,
  cursor: startOfLog,
});
const object = (name: string, gaps = 0): ObjectInfo => ({
  name,
  generation: '1',
  sizeBytes: 1,
  updatedAt: '2026-11-23T10:00:00Z',
  metadata: logMetadata(facts(gaps)),
});

describe('storedLog', () => {
  test('finds nothing in an empty listing', () => {
    expect(storedLog(names, [])).toEqual({ composed: undefined, segments: 0, last: undefined, parts: [] });
  });

  test('finds the last segment, the composed log and the parts of one container among others', () => {
    const other = logNames(attempt, 'base-2');
    const listing = [
      object(other.segment(3), 7),
      object(other.log, 7),
      object(other.part(1, 32)),
      object(names.segment(2), 2),
      object(names.segment(1), 1),
      object(names.part(1, 2)),
      object(names.log, 3),
    ];
    expect(storedLog(names, listing)).toEqual({
      composed: facts(3),
      segments: 2,
      last: facts(2),
      parts: [names.part(1, 2)],
    });
  });

  test('throws invalid_document for an object that does not say where it ends', () => {
    const listing = [{ ...object(names.segment(1)), metadata: {} }];
    const problem = `the metadata of ${names.segment(1)} is not JSON`;
    expect(() => storedLog(names, listing)).toThrow(new TaskpodError('invalid_document', problem));
  });
});

test('no name is longer than what launching has checked', () => {
  const longest = logNames(attempt, 'x'.repeat(63));
  expect(Buffer.byteLength(longest.part(999_999, 999_999))).toBeLessThanOrEqual(
    longestObjectNameBytes(attempt),
  );
  expect(longest.part(1, 1_024)).toBe(
    `${attemptPrefix(attempt)}logs/${'x'.repeat(63)}/part/000001-001024.log`,
  );
});
