import { expect, test } from 'vitest';
import {
  attemptObjects,
  attemptPrefix,
  connectionObject,
  leaseObject,
  openMarker,
  rejectedObject,
  variableObject,
} from '../../shared/object-names.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/storage-layout.md');
// The page's placeholders serve as ids here; numbers are put in for TRY and MAP.
const attempt = { dagId: 'DAG', runId: 'RUN', taskId: 'TASK', tryNumber: 1 };
const mapped = { ...attempt, mapIndex: 0 };

function filledIn(name: string | undefined): string | undefined {
  return name?.replace('attempt=TRY', 'attempt=1').replace('map_index=MAP', 'map_index=0');
}

test('docs/storage-layout.md names every object, and no other', () => {
  const { log, logs, segment, segments, ...others } = attemptObjects(attempt);
  const names = [...Object.values(others), log('CONTAINER'), segment('CONTAINER', 1)];
  const ofAttempt = names.map(name => name.slice(attemptPrefix(attempt).length));
  const ofDeployment = [
    openMarker('SCOPE', attempt),
    leaseObject('SCOPE'),
    rejectedObject('MESSAGE'),
    variableObject('KEY'),
    connectionObject('ID'),
  ];
  const documented = tableRows(page).map(([name]) => filledIn(name));
  expect(documented.toSorted()).toEqual([...ofAttempt, ...ofDeployment].toSorted());
});

test('docs/storage-layout.md names the folder of an attempt', () => {
  const folders = [...page.matchAll(/`(runs\/[^`]+)`/g)].map(([, name]) => filledIn(name));
  expect(folders).toEqual([attemptPrefix(attempt), attemptPrefix(mapped)]);
});
