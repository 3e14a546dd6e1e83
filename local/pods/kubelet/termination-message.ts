import { open } from 'node:fs/promises';
import type { Container } from '../pod.ts';
import type { ContainerLog } from './container-log.ts';

const messageBytes = 4_096;
/** All containers of a Pod share this much. */
const podMessageBytes = 12_288;
const fallbackBytes = 2_048;
const fallbackLines = 80;

/**
 * terminationMessage reads what a container has left at its terminationMessagePath: at most 4,096 bytes, less in a Pod
 * of more than three containers. With FallbackToLogsOnError, an empty file and a failure, it is the end of the log.
 */
export async function terminationMessage(
  container: Container,
  file: string,
  exitCode: number,
  log: ContainerLog,
  containersInPod: number,
): Promise<string> {
  const limit = Math.min(messageBytes, Math.floor(podMessageBytes / containersInPod));
  const text = await readStart(file, limit);
  if (text !== '' || exitCode === 0 || container.terminationMessagePolicy !== 'FallbackToLogsOnError') {
    return text;
  }
  return log.tail(fallbackLines, Math.min(fallbackBytes, limit));
}

async function readStart(file: string, bytes: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
