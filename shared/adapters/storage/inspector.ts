import { z } from 'zod';
import type { BucketInspector } from '../../ports/inspect.ts';
import { apiCallRetry, retry } from '../../retry.ts';
import { parseAnswer } from '../google-failure.ts';
import { grantedSchema, policySchema } from '../iam-policy.ts';
import { connectJsonApi, type StoreOptions } from './connect.ts';
import type { StorageAnswer, StorageRequest } from './json-api.ts';

const storageApi = { name: 'Cloud Storage', unavailable: 'storage_unavailable' } as const;

/** https://cloud.google.com/storage/docs/json_api/v1/buckets */
const bucketResource = z.object({
  iamConfiguration: z
    .object({
      uniformBucketLevelAccess: z.object({ enabled: z.boolean().default(false) }).optional(),
      publicAccessPrevention: z.string().optional(),
    })
    .optional(),
});

/** connectBucketInspector looks at a bucket by Cloud Storage's JSON API. Nothing is sent before the first call. */
export function connectBucketInspector(options: StoreOptions): BucketInspector {
  const { bucket, retryDeps } = options;
  const api = connectJsonApi(options);
  const root = `/storage/v1/b/${encodeURIComponent(bucket)}`;
  const get = (
    request: Pick<StorageRequest, 'what' | 'path' | 'accept' | 'signal'>,
  ): Promise<StorageAnswer> =>
    retry(
      () =>
        api.call({ ...request, what: `${request.what} ${bucket}`, path: root + request.path, method: 'GET' }),
      apiCallRetry,
      { ...retryDeps, signal: request.signal },
    );
  const read = <S extends z.ZodType>(schema: S, { body }: StorageAnswer): z.output<S> =>
    parseAnswer(storageApi, schema, body.toString('utf8'));
  return {
    async read(signal) {
      const { iamConfiguration: iam } = read(
        bucketResource,
        await get({ what: 'read the bucket', path: '', signal }),
      );
      return {
        uniformAccess: iam?.uniformBucketLevelAccess?.enabled ?? false,
        publicAccessPrevention: iam?.publicAccessPrevention ?? 'inherited',
      };
    },
    async granted(permissions, signal) {
      const path = `/iam/testPermissions${permissionQuery(permissions)}`;
      return read(grantedSchema, await get({ what: 'test permissions on', path, signal })).permissions;
    },
    async bindings(signal) {
      return read(policySchema, await get({ what: 'read the permissions of', path: '/iam', signal }))
        .bindings;
    },
    async time(signal) {
      const path = `/iam/testPermissions${permissionQuery(['storage.objects.get'])}`;
      // every answer has a date
      const accept = [400, 401, 403, 404, 405];
      const answer = await get({ what: 'ask for the time of', path, accept, signal });
      return Date.parse(answer.headers.get('date') ?? '');
    },
  };
}

function permissionQuery(permissions: readonly string[]): string {
  return `?${new URLSearchParams({ permissions })}`;
}
