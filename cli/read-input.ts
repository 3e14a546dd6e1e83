import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TaskpodError } from '../shared/errors.ts';
import { abortedError } from '../shared/time.ts';
import type { Context } from './context.ts';

/**
 * readInput reads a file, or the standard input when it is `-`. Throws `bad_usage`; `wanted` says in its advice which kind of
 * file it is.
 */
export async function readInput(file: string, wanted: string, context: Context): Promise<Buffer> {
  return file === '-' ? await readStdin(context) : await readNamed(resolve(context.cwd, file), file, wanted);
}

/** readStdin reads the standard input to its end. */
async function readStdin({ stdin, signal }: Context): Promise<Buffer> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(abortedError(signal)), { once: true });
  });
  return Buffer.concat(await Promise.race([Array.fromAsync(stdin), aborted]));
}

/** readSecret reads a text from the standard input, so that it need not stand on the command line; one line end at its end is dropped. */
export async function readSecret(context: Context): Promise<string> {
  return utf8(await readStdin(context), 'the standard input').replace(/\r?\n$/, '');
}

/** utf8 reads bytes as text; throws `bad_usage` when they are none. */
export function utf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TaskpodError('bad_usage', `${what} is not UTF-8 text`, {
      action: 'Encode it as text first, for example with base64.',
    });
  }
}

async function readNamed(path: string, name: string, wanted: string): Promise<Buffer> {
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
      action: `Give the path of ${wanted}, or - for the standard input.`,
      cause: error,
    });
  }
}
