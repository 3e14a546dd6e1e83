import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { hostTree } from './host-tree.ts';
import { namespaceRunner } from './namespace-runner.ts';
import { openOutputPipe } from './output-pipe.ts';
import { plainRunner } from './plain-runner.ts';
import type { ProcessRunner } from './process.ts';
import type { Reaper } from './reaper.ts';
import type { ProcMode } from './root-script.ts';

/** Ways to isolate containers, best first. */
export type Isolation = 'namespace' | 'plain';

/**
 * chooseRunner finds the best way to run containers here by trying it: namespaces with their own /proc, namespaces with
 * the host's, plain processes. `folder` is the emulator's; `wanted` skips what is better.
 */
export async function chooseRunner(
  folder: string,
  reaper: Reaper,
  wanted: Isolation = 'namespace',
): Promise<ProcessRunner> {
  if (wanted === 'namespace' && process.platform === 'linux') {
    const root = path.join(folder, 'root');
    await mkdir(root, { recursive: true });
    for (const proc of ['own', 'host'] satisfies ProcMode[]) {
      const runner = namespaceRunner({ root, host: hostTree, proc, reaper });
      if (await works(runner, folder)) return runner;
    }
  }
  return plainRunner(reaper);
}

/** A container with a mount at a path that no machine has must write there and be read here. */
async function works(runner: ProcessRunner, folder: string): Promise<boolean> {
  const trial = await mkdtemp(path.join(folder, 'trial-'));
  try {
    const source = path.join(trial, 'source');
    const own = path.join(trial, 'own');
    await mkdir(source);
    await mkdir(own);
    const pipe = await openOutputPipe(trial);
    pipe.output.resume();
    try {
      const mount = {
        target: '/taskpod-trial/x',
        source,
        kind: 'dir',
        readOnly: false,
        owned: true,
      } as const;
      const argv = ['/bin/sh', '-c', 'echo >/taskpod-trial/x/y && [ -e /proc/self/stat ]'];
      const spec = { folder: own, hostname: 'trial', argv, env: {}, mounts: [mount] };
      const started = await runner.start(spec, pipe.writeEnd);
      return (await started.exited) === 0 && hostTree.kind(path.join(source, 'y')) === 'file';
    } finally {
      pipe.closeWriteEnd();
      pipe.output.destroy();
    }
  } catch {
    return false;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}
