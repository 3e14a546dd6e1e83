import { describe, expect, test } from 'vitest';
import type { MarkerFacts, StorageFacts } from '../../../cli/doctor/facts.ts';
import { unwatchedMarkers } from '../../../cli/doctor/unwatched.ts';
import { changed, healthy, known, launch, nowMs, unknown } from './healthy.ts';

function ofStorage(change: Partial<StorageFacts>) {
  const facts = healthy();
  return changed({ ...facts, storage: { ...facts.storage, ...change } }).map(
    ({ check, status, what, mend }) => [check, status, what, mend],
  );
}

const viewer =
  'Let somebody run this who has storage.buckets.get on b-1, such as Storage Legacy Bucket Reader gives.';
const grantMe =
  'gcloud storage buckets add-iam-policy-binding gs://b-1 --role=roles/storage.objectUser --member=user:YOU';

describe('the bucket', () => {
  test.each<[string, Partial<StorageFacts>, unknown[][]]>([
    [
      'is not there',
      { bucket: unknown('missing'), granted: unknown('missing') },
      [
        [
          'bucket.exists',
          'failed',
          'the bucket b-1 does not exist',
          'Create it: gcloud storage buckets create gs://b-1 --uniform-bucket-level-access --public-access-prevention. Or correct TASKPOD_BUCKET.',
        ],
      ],
    ],
    [
      'may not be looked at, in no way',
      { bucket: unknown('refused'), granted: unknown('unreachable') },
      [
        [
          'bucket.exists',
          'warning',
          'the bucket b-1 could not be checked: this identity may not ask',
          viewer,
        ],
      ],
    ],
    [
      'is there, but only its objects may be looked at',
      { bucket: unknown('refused') },
      [
        [
          'bucket.access',
          'warning',
          'access to the bucket b-1 could not be checked: this identity may not ask',
          viewer,
        ],
        [
          'bucket.public',
          'warning',
          'public access to the bucket b-1 could not be checked: this identity may not ask',
          viewer,
        ],
      ],
    ],
    [
      'is open',
      { bucket: known({ uniformAccess: false, publicAccessPrevention: 'inherited' }) },
      [
        [
          'bucket.access',
          'failed',
          'objects of b-1 may have permissions of their own',
          'gcloud storage buckets update gs://b-1 --uniform-bucket-level-access',
        ],
        [
          'bucket.public',
          'warning',
          'public access to b-1 is prevented only if the organization says so',
          'gcloud storage buckets update gs://b-1 --public-access-prevention',
        ],
      ],
    ],
    [
      'may not be read',
      { granted: known(['storage.objects.create', 'storage.objects.delete', 'storage.objects.get']) },
      [['bucket.permissions', 'failed', 'you lack storage.objects.list on b-1', grantMe]],
    ],
    [
      'may not be written',
      { granted: known(['storage.objects.list', 'storage.objects.get']) },
      [
        [
          'bucket.permissions',
          'warning',
          'you lack storage.objects.create, storage.objects.delete on b-1',
          `To keep variables and connections: ${grantMe}`,
        ],
      ],
    ],
    [
      'is not given to a function',
      {
        bindings: known([
          {
            role: 'roles/storage.objectAdmin',
            members: ['serviceAccount:watch@p.iam.gserviceaccount.com'],
          },
          { role: 'roles/storage.objectViewer', members: [`serviceAccount:${launch}`] },
        ]),
      },
      [
        [
          'bucket.permissions',
          'warning',
          `${launch} has no role on b-1 itself that lets it use objects`,
          `Unless the project gives it one: gcloud storage buckets add-iam-policy-binding gs://b-1 --role=roles/storage.objectUser --member=serviceAccount:${launch}`,
        ],
      ],
    ],
  ])('%s', (_, change, expected) => {
    expect(ofStorage(change)).toEqual(expected);
  });

  test('whose permissions may not be read: one warning for each function', () => {
    expect(ofStorage({ bindings: unknown('refused') }).map(([check, status]) => [check, status])).toEqual([
      ['bucket.permissions', 'warning'],
      ['bucket.permissions', 'warning'],
    ]);
  });
});

describe('the clock', () => {
  const mend = 'Let it be set by NTP: what this machine says of times and ages is wrong by as much.';
  test.each([
    [5_000, []],
    [-5_000, []],
    [5_001, [['clock', 'warning', 'this machine’s clock is 5 s ahead of Cloud Storage', mend]]],
    [-90_400, [['clock', 'warning', 'this machine’s clock is 90 s behind Cloud Storage', mend]]],
    [Number.NaN, [['clock', 'skipped', 'this server does not tell the time', null]]],
  ])('%i ms ahead', (ahead, expected) => {
    expect(ofStorage({ clockAheadMs: known(ahead) })).toEqual(expected);
  });

  test('that could not be asked', () => {
    expect(ofStorage({ clockAheadMs: unknown('unreachable') })).toEqual([
      ['clock', 'failed', 'the clock of Cloud Storage could not be checked: why', 'Try again.'],
    ]);
  });
});

const minute = 60_000;

function marker(taskId: string, minutes: number, more: Partial<MarkerFacts> = {}): MarkerFacts {
  const attempt = { dagId: 'd', runId: 'r', taskId, tryNumber: 1 };
  return { attempt, scope: 's', updatedMs: nowMs - minutes * minute, claimed: true, ...more };
}

describe('the sweep', () => {
  const lease = (scope: string, seconds: number) => ({ scope, updatedMs: nowMs - seconds * 1_000 });
  const waiting = (tryNumber: number): Partial<MarkerFacts> => ({
    claimed: false,
    attempt: { dagId: 'd', runId: 'r', taskId: 'w', tryNumber },
  });
  const looksAt =
    'See that Cloud Scheduler publishes {"kind":"sweep"} on projects/p/topics/watch each minute, and what the log of watch says.';
  const fine = (count: string) => ['sweep', 'ok', `${count}, none of them left alone`, null];

  test.each<[string, MarkerFacts[], { scope: string; updatedMs: number }[], unknown[][]]>([
    ['young attempts', [marker('a', 5), marker('b', 1)], [], [fine('2 open attempts')]],
    ['an old one that is watched', [marker('a', 500)], [lease('s', 29)], [fine('1 open attempt')]],
    ['a retry that waits for its time', [marker('a', 500, waiting(2))], [], [fine('1 open attempt')]],
    [
      'attempts that nobody watches',
      [marker('a', 6), marker('b', 8.4), marker('c', 9, { scope: 'watched' })],
      [lease('s', 30), lease('watched', 0)],
      [
        [
          'sweep',
          'failed',
          '2 attempts without a Turn for more than 5 minutes: the sweep does not come, or cannot heal; the oldest is d/r/b, for 8 minutes',
          looksAt,
        ],
      ],
    ],
    [
      'one of many that was not looked at counts as begun',
      [marker('a', 6, { claimed: undefined })],
      [],
      [
        [
          'sweep',
          'failed',
          '1 attempt without a Turn for more than 5 minutes: the sweep does not come, or cannot heal; the oldest is d/r/a, for 6 minutes',
          looksAt,
        ],
      ],
    ],
    [
      'tasks whose launch has not come to its end',
      [marker('a', 6, waiting(1))],
      [],
      [
        fine('1 open attempt'),
        [
          'markers',
          'warning',
          '1 task whose launch has not come to an end within 5 minutes; the oldest is d/r/w, for 6 minutes',
          'See what the log of launch says, and look at the dead letters: "taskpod dead-letters list".',
        ],
      ],
    ],
  ])('%s', (_, markers, leases, expected) => {
    expect(ofStorage({ sweep: known({ nowMs, leases, markers }) })).toEqual(expected);
  });

  test.each([
    [unknown('missing'), ['sweep', 'skipped', 'there is no bucket with open attempts', null]],
    [
      unknown('refused'),
      [
        'sweep',
        'warning',
        'whether open attempts are watched could not be checked: this identity may not ask',
        'Let somebody run this who has the role Storage Object Viewer on the bucket.',
      ],
    ],
  ])('%o', (sweep, expected) => {
    expect(ofStorage({ sweep })).toEqual([expected]);
  });

  test('the oldest come first', () => {
    const facts = { nowMs, leases: [], markers: [marker('a', 6), marker('b', 9), marker('c', 7)] };
    expect(unwatchedMarkers(facts, 6.5 * minute).map(({ attempt }) => attempt.taskId)).toEqual(['b', 'c']);
  });
});
