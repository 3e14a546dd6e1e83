import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const commandMs = 30_000;

/** restartServer kills a server of the test cluster and starts it again after a while; also when this process ends meanwhile. */
export async function restartServer(lab: string, part: string, downMs: number): Promise<void> {
  const start = (): void => void spawnSync(lab, ['start', part], { timeout: commandMs });
  process.once('exit', start);
  try {
    await run(lab, ['stop', part], { timeout: commandMs });
    await sleep(downMs);
  } finally {
    await run(lab, ['start', part], { timeout: commandMs });
    process.off('exit', start);
  }
}
