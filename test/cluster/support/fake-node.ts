import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { clusterEnvironment } from './environment.ts';

/** ensureFakeNode makes the node whose Pods need no containers, where there is a lab; another cluster has to have it. */
export async function ensureFakeNode(): Promise<void> {
  const { lab } = clusterEnvironment();
  if (lab !== undefined) await promisify(execFile)(lab, ['fake-node'], { timeout: 60_000 });
}
