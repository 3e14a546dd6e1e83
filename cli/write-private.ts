import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TaskpodError } from '../shared/errors.ts';

/** Without truncating, as the mode is changed first; a pipe that nobody reads is refused instead of waited for. */
const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * writePrivate writes a file that nobody but its owner may read (mode 0600), also when it was there with another mode. Throws
 * `bad_usage`, also for what is no file, such as a terminal.
 */
export async function writePrivate(file: string, text: string, cwd: string): Promise<void> {
  try {
    const handle = await open(resolve(cwd, file), flags, 0o600);
    try {
      if (!(await handle.stat()).isFile()) throw usage(`${file} is not a file`);
      await handle.chmod(0o600);
      await handle.truncate(0);
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof TaskpodError) throw error;
    throw usage(`${file} cannot be written`, error);
  }
}

function usage(message: string, cause?: unknown): TaskpodError {
  return new TaskpodError('bad_usage', message, { action: 'Give the path of a file to write.', cause });
}
