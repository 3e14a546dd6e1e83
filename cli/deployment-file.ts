import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Problem, TaskpodError } from '../shared/errors.ts';
import { type Deployment, deploymentKeyNames, deploymentKeys } from './deployment-keys.ts';
import { formatProblem } from './run-document.ts';

/** Name of the file in which `taskpod init` writes what a folder's commands talk to. */
export const deploymentFileName = 'taskpod.json';

/** A deployment as somebody has written it down; what is not known is ignored. */
const schemas = Object.fromEntries(deploymentKeyNames.map(name => [name, deploymentKeys[name].schema]));

/**
 * readDeployment takes a deployment out of a document: what of it is right, and every problem, by its path. `needed` are the
 * names that must be there.
 */
export function readDeployment(
  document: unknown,
  needed: readonly string[],
): { deployment: Deployment; problems: Problem[] } {
  const given = z.record(z.string(), z.unknown()).safeParse(document);
  if (!given.success) return { deployment: {}, problems: [{ path: '', message: 'must be an object' }] };
  const problems: Problem[] = [];
  const values: [string, string | string[]][] = [];
  for (const name of deploymentKeyNames) {
    const value = given.data[name] ?? undefined;
    if (value === undefined) {
      if (needed.includes(name))
        problems.push({ path: name, message: `is missing: ${deploymentKeys[name].meaning}` });
      continue;
    }
    const parsed = schemas[name]?.safeParse(value);
    if (parsed?.success) values.push([name, parsed.data]);
    for (const { path, message } of parsed?.error?.issues ?? [])
      problems.push({ path: [name, ...path].join('.'), message });
  }
  return { deployment: Object.fromEntries(values), problems };
}

/** A deployment file that was found. */
export interface FoundDeployment {
  /** Absolute. */
  path: string;
  deployment: Deployment;
}

/**
 * findDeploymentFile reads the `taskpod.json` of this folder, or of the nearest one above it; undefined when there is none. Throws
 * `invalid_configuration` with all that is wrong with it, also when it is another user's, who could send tasks elsewhere with it.
 */
export async function findDeploymentFile(cwd: string): Promise<FoundDeployment | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, deploymentFileName);
    const text = await readOwn(path);
    if (text !== undefined) return { path, deployment: parseFile(path, text) };
    if (dirname(folder) === folder) return undefined;
  }
}

/** writeDeploymentFile writes the file in one step; false when there is one and it may not be replaced. Throws `bad_usage`. */
export async function writeDeploymentFile(
  path: string,
  deployment: Deployment,
  { replace }: { replace: boolean },
): Promise<boolean> {
  const text = `${JSON.stringify({ version: 1, ...deployment }, null, 2)}\n`;
  try {
    if (!replace) {
      await writeFile(path, text, { flag: 'wx' });
      return true;
    }
    const draft = `${path}.${process.pid}`;
    await rm(draft, { force: true });
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, path);
    return true;
  } catch (error) {
    if (!replace && codeOf(error) === 'EEXIST') return false;
    throw new TaskpodError('bad_usage', `${path} cannot be written`, {
      action: 'Run it in a folder that you may write to.',
      cause: error,
    });
  }
}

/** Undefined when there is no such file. A pipe that nobody writes to is refused instead of waited for. */
async function readOwn(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new Error('it is not a file');
      const own = process.getuid?.();
      if (own === undefined || found.uid === own || found.uid === 0) return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new TaskpodError('invalid_configuration', `${path} cannot be read`, {
      action: 'Mend it, or write it anew with "taskpod init --force".',
      cause: error,
    });
  }
  throw new TaskpodError('invalid_configuration', `${path} belongs to another user`, {
    action: 'Make it yours, or set TASKPOD_BUCKET and the other variables of your deployment.',
  });
}

function parseFile(path: string, text: string): Deployment {
  const action = 'Mend it, or write it anew with "taskpod init --force".';
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new TaskpodError('invalid_configuration', `${path} is not JSON`, { action });
  }
  const { deployment, problems } = readDeployment(document, ['bucket']);
  if (problems.length === 0) return deployment;
  const told = problems.map(formatProblem).join('; ');
  throw new TaskpodError('invalid_configuration', `${path}: ${told}`, { action });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
