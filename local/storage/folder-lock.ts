import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { TaskpodError } from '../../shared/errors.ts';

/** A folder that this process owns. */
export interface FolderLock {
  release(): void;
}

/**
 * lockFolder makes this process the owner of a folder by the file `path`, which holds its pid. A lock whose process is
 * gone is taken over. Throws `bad_usage` when another process has it.
 */
export function lockFolder(path: string): FolderLock {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let tries = 0; tries < 3; tries++) {
      if (link(own, path)) return { release: () => release(path) };
      const owner = readOwner(path);
      if (owner !== undefined && isRunning(owner)) throw taken(path, owner);
      setAside(path, owner);
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw taken(path, readOwner(path));
}

/** Renaming first keeps two takers from removing each other's new lock. */
function setAside(path: string, owner: number | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else was faster
  }
  if (readOwner(aside) !== owner) link(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string): void {
  if (readOwner(path) === process.pid) rmSync(path, { force: true });
}

/** Linking makes a file with its content in one step, and only if there is none. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
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

function taken(path: string, owner: number | undefined): TaskpodError {
  return new TaskpodError('bad_usage', `the folder is in use by process ${owner ?? 'unknown'} (${path})`, {
    action: 'Stop that process, or use another folder. If no such process serves it, remove the lock file.',
  });
}
