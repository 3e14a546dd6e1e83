import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TaskpodError } from '../shared/errors.ts';
import { abortedError } from '../shared/time.ts';
import type { Context } from './context.ts';
import { applySettings, type Setting } from './set-values.ts';

/**
 * readTask reads a task from a file, or the standard input when it is `-`, and puts the settings into it. Without
 * settings the bytes stay as they are. Throws `bad_usage`.
 */
export async function readTask(
  file: string,
  settings: readonly Setting[],
  context: Context,
): Promise<Buffer> {
  const data =
    file === '-'
      ? await readAll(context.stdin, context.signal)
      : await readTaskFile(resolve(context.cwd, file), file);
  if (settings.length === 0) return data;
  let document: unknown;
  try {
    document = JSON.parse(data.toString('utf8'));
  } catch {
    // Not JSON: the check says so, and where.
    return data;
  }
  return Buffer.from(JSON.stringify(applySettings(document, settings)));
}

async function readAll(input: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Buffer> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(abortedError(signal)), { once: true });
  });
  return Buffer.concat(await Promise.race([Array.fromAsync(input), aborted]));
}

async function readTaskFile(path: string, name: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : 'it cannot be read';
    throw new TaskpodError('bad_usage', `${name}: ${why}`, {
      action: 'Give the path of a JSON file, or - for the standard input.',
      cause: error,
    });
  }
}
