import { expect, test } from 'vitest';
import { attemptObjects } from '../../shared/object-names.ts';
import { maxOutcomeBytes, writeOutcome } from '../../shared/outcome.ts';
import { readOutcome } from '../../shared/read-outcome.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { makeOutcome } from '../functions/launch/make-outcome.ts';

const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
const name = attemptObjects(attempt).outcome;
const signal = new AbortController().signal;

const small = makeOutcome({ state: 'success' });
const large = makeOutcome({ state: 'failed', detail: 'x'.repeat(maxOutcomeBytes) });
test.each([
  { what: 'that is not there', stored: undefined, calls: [`readKnown ${name}`] },
  { what: 'as everybody writes it', stored: small, calls: [`readKnown ${name}`] },
  { what: 'larger than anybody writes it', stored: large, calls: [`readKnown ${name}`, `read ${name}`] },
])('an outcome $what', async ({ stored, calls }) => {
  const store = new MemoryStore();
  if (stored) await store.create(name, writeOutcome(stored), { signal });
  const made: string[] = [];
  store.fault = (call, moment) => {
    if (moment === 'before') made.push(call);
  };
  expect([await readOutcome(store, attempt, signal), made]).toEqual([stored, calls]);
});

test('an outcome that nobody can read', async () => {
  const store = new MemoryStore();
  await store.create(name, '{}', { signal });
  await expect(readOutcome(store, attempt, signal)).rejects.toMatchObject({ code: 'invalid_document' });
});
