import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { startStorageServer } from '../../local/storage/server.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { systemClock } from '../../shared/time.ts';
import { type StoreUnderTest, storeContract } from './store.ts';

const retryDeps = { clock: systemClock, random: Math.random };

/** An empty bucket on a server that speaks the JSON API; removed at the end. */
async function freshBucket(url: string): Promise<StoreUnderTest> {
  const bucket = `contract-${randomBytes(6).toString('hex')}`;
  const made = await fetch(`${url}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  });
  if (!made.ok) throw new Error(`no bucket: ${made.status}`);
  const store = connectStore({ bucket, retryDeps, emulatorHost: url });
  return {
    store,
    withoutBucket: connectStore({ bucket: `${bucket}-no`, retryDeps, emulatorHost: url }),
    close: async () => {
      const signal = AbortSignal.timeout(20_000);
      const objects = await Array.fromAsync(store.list('', { signal }));
      for (let i = 0; i < objects.length; i += 50) {
        await Promise.all(objects.slice(i, i + 50).map(({ name }) => store.remove(name, { signal })));
      }
      await fetch(`${url}/storage/v1/b/${bucket}`, { method: 'DELETE' });
    },
  };
}

storeContract('Cloud Storage adapter on the local storage server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskpod-store-'));
  const server = await startStorageServer({ folder, port: 0 });
  const under = await freshBucket(server.url);
  return {
    ...under,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
});

const emulator = process.env.STORAGE_EMULATOR_HOST;
// fake-gcs-server passes over preconditions on delete and compose, as of its newest version
describe.skipIf(emulator === undefined)('with STORAGE_EMULATOR_HOST', () => {
  storeContract('Cloud Storage adapter on STORAGE_EMULATOR_HOST', () => freshBucket(emulator ?? ''), {
    ignoresPreconditions: true,
  });
});
