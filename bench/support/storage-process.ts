import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStorageServer } from '../../local/storage/server.ts';

/** The project's own storage server in a process of its own, until its standard input ends; prints its URL. */
const folder = await mkdtemp(join(tmpdir(), 'taskpod-bench-storage-'));
const server = await startStorageServer({ folder, port: 0 });
console.log(server.url);
process.stdin.resume().once('end', async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
});
