import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Name of the folder, in the current one, that holds the state file, and by default everything else. */
export const localFolder = '.taskpod';

/** Never another machine: whoever can write the file must not be able to send tasks elsewhere. */
const loopbackUrl = z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/);

/** `.taskpod/local.json`: what the commands need to talk to a running `taskpod local`. */
const localStateSchema = z.object({
  version: z.literal(1),
  pid: z.number().int().positive(),
  started_at: z.string(),
  /** Absolute: where bucket, Pods and logs are. */
  folder: z.string(),
  bucket: z.string(),
  tasks_topic: z.string(),
  watch_topic: z.string(),
  dead_letters_subscription: z.string(),
  /** The value of KUBECONFIG by which the Pods are reached. */
  kubeconfig: z.string(),
  namespace: z.string(),
  namespaces: z.array(z.string()),
  /** Clusters that tasks may name; the first is that of tasks that name none. */
  clusters: z.tuple([z.string()], z.string()),
  storage_url: loopbackUrl,
  pubsub_url: loopbackUrl,
});
export type LocalState = z.output<typeof localStateSchema>;

/** localStatePath is where a `taskpod local` started in this folder writes its state. */
export function localStatePath(cwd: string): string {
  return join(cwd, localFolder, 'local.json');
}

/** writeLocalState writes the file, readable by its owner alone, in one step; Git is told to leave its folder alone. */
export async function writeLocalState(cwd: string, state: LocalState): Promise<void> {
  const path = localStatePath(cwd);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(join(dirname(path), '.gitignore'), '*\n');
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(state, null, 2)}\n`);
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** removeLocalState takes the file away, if it is still that of this process. */
export async function removeLocalState(cwd: string, pid: number): Promise<void> {
  const state = await readState(localStatePath(cwd));
  if (state?.pid === pid) await rm(localStatePath(cwd), { force: true });
}

/**
 * findLocalState looks for a running `taskpod local` in this folder and those above it. A file whose process is gone,
 * that belongs to another user, or that says anything unexpected, counts as absent.
 */
export async function findLocalState(cwd: string): Promise<LocalState | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const state = await runningIn(folder);
    if (state !== undefined) return state;
    if (dirname(folder) === folder) return undefined;
  }
}

/** runningIn is the state of the `taskpod local` that was started in this very folder and still runs. */
export async function runningIn(cwd: string): Promise<LocalState | undefined> {
  const state = await readState(localStatePath(cwd));
  return state !== undefined && isRunning(state.pid) ? state : undefined;
}

async function readState(path: string): Promise<LocalState | undefined> {
  try {
    const { uid } = await stat(path);
    if (process.getuid !== undefined && uid !== process.getuid()) return undefined;
    return localStateSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
