import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Container, EmulatedPod } from '../pod.ts';
import { openOutputPipe } from '../process/output-pipe.ts';
import { type RunningProcess, StartProblem } from '../process/process.ts';
import { ContainerLog } from './container-log.ts';
import { containerEnv, hostnameOf } from './env.ts';
import { expand } from './expand.ts';
import { containerMounts, mountTarget } from './mounts.ts';
import type { Node } from './node.ts';
import { removeFolder } from './remove-folder.ts';
import { terminationMessage } from './termination-message.ts';
import type { ReadyVolume } from './volumes.ts';

/** A container that runs. */
export interface StartedContainer {
  process: RunningProcess;
  /** Resolves when all output is in the log. */
  drained: Promise<void>;
  /** Ends the log, whatever may still come. */
  closeOutput(): Promise<void>;
  /** What it has left as its termination message; its scratch folder is deleted after this. */
  terminationMessage(exitCode: number): Promise<string>;
}

/**
 * startContainer starts one container in a folder of its own. `onLog` gets the log as soon as there is one. Throws
 * {@link MissingConfig} and {@link MountProblem} (may work later) and {@link StartProblem} (this start has failed).
 */
export async function startContainer(
  node: Node,
  pod: EmulatedPod,
  container: Container,
  volumes: ReadonlyMap<string, ReadyVolume>,
  folder: string,
  onLog: (log: ContainerLog) => void,
): Promise<StartedContainer> {
  const { env, declared } = containerEnv(pod, container, node.sources, node.size);
  const mounts = await containerMounts(container, volumes, declared);
  const argv = [...container.command, ...container.args].map(word => expand(word, declared));
  const messageFile = path.join(folder, 'termination-message');
  await writeFile(messageFile, '');
  await chmod(messageFile, 0o666);
  const messageMount = {
    target: mountTarget(container.terminationMessagePath),
    source: messageFile,
    kind: 'file',
    readOnly: false,
    owned: true,
  } as const;
  const scratch = path.join(folder, 'scratch');
  await removeFolder(scratch);
  await mkdir(scratch);

  const log = new ContainerLog(path.join(folder, 'log'), node.nowNs);
  await log.open();
  onLog(log);
  const pipe = await openOutputPipe(folder);
  const drained = drain(pipe.output, log);
  try {
    if (argv.length === 0) {
      throw new StartProblem(
        'no command specified: images are not used here, so the container must name one',
      );
    }
    const process = await node.runner.start(
      {
        folder: scratch,
        hostname: hostnameOf(pod),
        argv,
        env,
        mounts: [...mounts, messageMount],
        ...(container.workingDir ? { workingDir: container.workingDir } : {}),
      },
      pipe.writeEnd,
    );
    return {
      process,
      drained,
      closeOutput: async () => {
        pipe.output.destroy();
        await drained;
      },
      terminationMessage: async exitCode => {
        const count = pod.spec.containers.length + pod.spec.initContainers.length;
        const message = await terminationMessage(container, messageFile, exitCode, log, count);
        await removeFolder(scratch);
        return message;
      },
    };
  } catch (error) {
    pipe.output.destroy();
    await drained;
    throw error;
  } finally {
    pipe.closeWriteEnd();
  }
}

/** Reads only as fast as the log is written; ends with the log, also when the pipe is closed from here. */
async function drain(output: AsyncIterable<Buffer>, log: ContainerLog): Promise<void> {
  try {
    for await (const chunk of output) await log.append(chunk);
  } catch {
    // A pipe that was closed early ends like any other.
  } finally {
    await log.end();
  }
}
