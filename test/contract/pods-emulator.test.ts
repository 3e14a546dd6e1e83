import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Isolation } from '../../local/pods/process/choose-runner.ts';
import { startPodEmulator } from '../../local/pods/server.ts';
import { podsContract } from './pods.ts';
import { connectUnderTest } from './pods-connection.ts';
import { podEvidenceContract } from './pods-evidence.ts';
import { podLogsContract } from './pods-logs.ts';
import { podObjectsContract } from './pods-objects.ts';
import type { PodsUnderTest } from './pods-support.ts';

async function openEmulator(isolation: Isolation): Promise<PodsUnderTest> {
  const folder = await mkdtemp(path.join(tmpdir(), 'taskpod-pods-'));
  const emulator = await startPodEmulator({ port: 0, folder, isolation });
  const connection = { server: emulator.url, tls: {}, headers: async () => ({}) };
  return connectUnderTest(connection, async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });
}

for (const isolation of ['namespace', 'plain'] as const) {
  const title = `Pod emulator (${isolation})`;
  const open = () => openEmulator(isolation);
  podObjectsContract(title, open);
  podsContract(title, open, isolation === 'namespace');
  podLogsContract(title, open);
  podEvidenceContract(title, open);
}
