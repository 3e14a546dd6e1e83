import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPodEmulator } from '../../local/pods/server.ts';
import { podsContract } from './pods.ts';
import { connectUnderTest } from './pods-connection.ts';
import { podLogsContract } from './pods-logs.ts';
import { podObjectsContract } from './pods-objects.ts';
import type { PodsUnderTest } from './pods-support.ts';

async function openEmulator(): Promise<PodsUnderTest> {
  const folder = await mkdtemp(path.join(tmpdir(), 'taskpod-pods-'));
  const emulator = await startPodEmulator({ port: 0, folder });
  const connection = { server: emulator.url, tls: {}, headers: async () => ({}) };
  return connectUnderTest(connection, async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });
}

podObjectsContract('Pod emulator', openEmulator);
podsContract('Pod emulator', openEmulator);
podLogsContract('Pod emulator', openEmulator);
