import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * One real pipe for a container's standard output and error: their lines keep their order, and /dev/stdout can be
 * opened, which fails on the socket pairs that Node gives a child.
 */
export interface OutputPipe {
  /** To be handed to the child, and closed here after that. */
  writeEnd: number;
  closeWriteEnd(): void;
  /** Ends when the last process that has the write end is gone. */
  output: Socket;
}

/** openOutputPipe makes the pipe; it needs a folder for a moment. */
export async function openOutputPipe(folder: string): Promise<OutputPipe> {
  const fifo = path.join(folder, 'output');
  await promisify(execFile)('mkfifo', ['-m', '600', fifo]);
  const readEnd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(fifo, constants.O_WRONLY);
  await unlink(fifo);
  return {
    writeEnd,
    closeWriteEnd: () => closeSync(writeEnd),
    output: new Socket({ fd: readEnd, readable: true, writable: false }),
  };
}
