import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The project's own storage server, in a process of its own. */
export interface OwnStorage {
  url: string;
  close(): Promise<void>;
}

/** startOwnStorage starts it over a folder that goes with it; it ends with this process at the latest. */
export async function startOwnStorage(): Promise<OwnStorage> {
  const script = join(import.meta.dirname, 'storage-process.ts');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = await once(createInterface(child.stdout), 'line');
  return {
    url: String(url),
    close: async () => {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}
