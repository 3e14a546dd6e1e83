import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/** removeFolder deletes a folder of the emulator, also when a container has taken the permissions of its files away. */
export async function removeFolder(path: string): Promise<void> {
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch {
    await promisify(execFile)('chmod', ['-R', 'u+rwX', path]).catch(() => undefined);
    // What cannot be deleted even so stays until the emulator's next start.
    await remove().catch(() => undefined);
  }
}
