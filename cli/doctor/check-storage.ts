import type { StorageFacts } from './facts.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { objectPermissions } from './object-permissions.ts';
import { isGiven, type Surroundings } from './surroundings.ts';
import { unlearnt } from './unlearnt.ts';

/** The roles that allow all that the functions do with objects. https://cloud.google.com/storage/docs/access-control/iam-roles */
const objectRoles = ['roles/storage.objectUser', 'roles/storage.objectAdmin', 'roles/storage.admin'];

/** Commands that only look need these. */
const readPermissions: readonly string[] = ['storage.objects.list', 'storage.objects.get'];

/** Less than this may be the network's doing, and does no harm. */
const clockToleranceMs = 5_000;

/** checkBucket says whether the bucket is there, closed to the public, and open to those who work with it. */
export function checkBucket(name: string, storage: StorageFacts, surroundings: Surroundings): Finding[] {
  const { bucket, granted } = storage;
  const about = `the bucket ${name}`;
  const words = {
    about,
    ifMissing: `Create it: gcloud storage buckets create gs://${name} --uniform-bucket-level-access --public-access-prevention. Or correct TASKPOD_BUCKET.`,
    ifRefused: `Let somebody run this who has storage.buckets.get on ${name}, such as Storage Legacy Bucket Reader gives.`,
  };
  if (bucket.kind !== 'known' && (bucket.kind !== 'refused' || granted.kind !== 'known'))
    return [unlearnt('bucket.exists', bucket, words)];
  const exists = ok('bucket.exists', `${about} exists`);
  if (surroundings.emulatedStorage) {
    const what = `${about} is on an emulator, which has no permissions`;
    return [
      exists,
      ...(['bucket.access', 'bucket.public', 'bucket.permissions'] as const).map(each => skipped(each, what)),
    ];
  }
  const kept =
    bucket.kind === 'known'
      ? checkClosed(name, bucket.value)
      : (['bucket.access', 'bucket.public'] as const).map(each =>
          unlearnt(each, bucket, {
            ...words,
            about: `${each === 'bucket.access' ? 'access to' : 'public access to'} ${about}`,
          }),
        );
  return [
    exists,
    ...kept,
    ownPermissions(name, granted),
    ...functionPermissions(name, storage, surroundings),
  ];
}

function checkClosed(
  name: string,
  bucket: { uniformAccess: boolean; publicAccessPrevention: string },
): Finding[] {
  const update = `gcloud storage buckets update gs://${name}`;
  return [
    bucket.uniformAccess
      ? ok('bucket.access', `access to ${name} is uniform`)
      : failed(
          'bucket.access',
          `objects of ${name} may have permissions of their own`,
          `${update} --uniform-bucket-level-access`,
        ),
    bucket.publicAccessPrevention === 'enforced'
      ? ok('bucket.public', `public access to ${name} is prevented`)
      : warning(
          'bucket.public',
          `public access to ${name} is prevented only if the organization says so`,
          `${update} --public-access-prevention`,
        ),
  ];
}

function ownPermissions(name: string, granted: StorageFacts['granted']): Finding {
  const check = 'bucket.permissions';
  const mend = `gcloud storage buckets add-iam-policy-binding gs://${name} --role=roles/storage.objectUser --member=user:YOU`;
  if (granted.kind !== 'known')
    return unlearnt(check, granted, { about: `what you may do with objects of ${name}`, ifRefused: mend });
  const lacking = objectPermissions.filter(permission => !granted.value.includes(permission));
  if (lacking.length === 0) return ok(check, `you may list, read, create and delete objects of ${name}`);
  const what = `you lack ${lacking.join(', ')} on ${name}`;
  return lacking.some(permission => readPermissions.includes(permission))
    ? failed(check, what, mend)
    : warning(check, what, `To keep variables and connections: ${mend}`);
}

function functionPermissions(
  name: string,
  { bindings }: StorageFacts,
  { accounts }: Surroundings,
): Finding[] {
  const check = 'bucket.permissions';
  const known = [accounts.launch, accounts.watch].filter(account => account !== undefined);
  return [...new Set(known)].map(account => {
    if (bindings.kind !== 'known') {
      const ifRefused = `Let somebody run this who has storage.buckets.getIamPolicy on ${name}.`;
      return unlearnt(check, bindings, {
        about: `what ${account} may do with objects of ${name}`,
        ifRefused,
      });
    }
    const member = `serviceAccount:${account}`;
    if (isGiven(bindings.value, objectRoles, each => each === member))
      return ok(check, `${account} may use the objects of ${name}`);
    return warning(
      check,
      `${account} has no role on ${name} itself that lets it use objects`,
      `Unless the project gives it one: gcloud storage buckets add-iam-policy-binding gs://${name} --role=roles/storage.objectUser --member=${member}`,
    );
  });
}

/** checkClock says whether this machine's clock can be compared with the times of objects. */
export function checkClock({ clockAheadMs }: StorageFacts): Finding {
  if (clockAheadMs.kind !== 'known') {
    const about = 'the clock of Cloud Storage';
    return unlearnt('clock', clockAheadMs, { about, ifRefused: 'Log in, and try again.' });
  }
  const ahead = clockAheadMs.value;
  if (Number.isNaN(ahead)) return skipped('clock', 'this server does not tell the time');
  const seconds = Math.round(Math.abs(ahead) / 1_000);
  if (Math.abs(ahead) <= clockToleranceMs)
    return ok('clock', 'this machine’s clock agrees with Cloud Storage');
  const what = `this machine’s clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} Cloud Storage`;
  return warning(
    'clock',
    what,
    'Let it be set by NTP: what this machine says of times and ages is wrong by as much.',
  );
}
