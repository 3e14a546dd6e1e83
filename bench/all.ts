import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const benches = [
  'cold-start',
  'templates',
  'launch',
  'finish',
  'logs',
  'logs-many',
  'usage',
  'storage',
  'load',
  'kpo',
];

/** Runs one bench in a process of its own; gives what it printed, and whether all its goals were met. */
async function run(name: string, args: readonly string[]): Promise<{ printed: string; isMet: boolean }> {
  const file = join(import.meta.dirname, `${name}.ts`);
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { printed, isMet: child.exitCode === 0 };
}

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const documents: string[] = [];
for (const name of benches) {
  const { printed, isMet } = await run(name, args);
  if (!isMet) process.exitCode = 1;
  if (!isJson) console.log(printed);
  else if (printed !== '') documents.push(printed.trim());
}
if (isJson) console.log(`[${documents.join(',\n')}]`);
