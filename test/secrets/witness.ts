import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leaksIn } from './planted.ts';

/** Where secrets stand by design: docs/operations.md, "Secrets", and docs/adr/0012-the-task-as-published.md. */
const mayHoldSecrets = /(^|\/)config\/|(^|\/)launch\.json$/;

let found: string[] = [];

/** witness looks through something that has got out; `where` tells what it is. */
export function witness(where: string, text: string): void {
  found.push(...leaksIn(text).map(leak => `${where}: ${leak}`));
}

/** witnessObject looks through an object and its name, unless it may hold secrets. */
export function witnessObject(name: string, body: string | Uint8Array): void {
  witness('the name of an object', name);
  if (!mayHoldSecrets.test(name)) witness(name, Buffer.from(body).toString('utf8'));
}

/** witnessFolder looks through all files of a folder, as through objects; gives how many there were. */
export async function witnessFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  for (const file of files) witnessObject(file.slice(folder.length), await readFile(file));
  return files.length;
}

/** takeLeaks gives what was found since it was last asked. */
export function takeLeaks(): string[] {
  const leaks = found;
  found = [];
  return leaks;
}
