import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../shared/time.ts';

const server = path.resolve(import.meta.dirname, '../../local/pods/server.ts');

/** An emulator in a process of its own, with one Pod that ignores SIGTERM. */
function program(folder: string, isolation: string, seconds: number): string {
  return `
    import { startPodEmulator } from ${JSON.stringify(server)};
    const options = { port: 0, folder: ${JSON.stringify(folder)}, isolation: ${JSON.stringify(isolation)} };
    const { url } = await startPodEmulator(options);
    const command = ['sh', '-c', 'trap "" TERM; echo up; while :; do sleep ${seconds}; done'];
    const body = JSON.stringify({ metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x', command }] } });
    await fetch(url + '/api/v1/namespaces/n/pods', { method: 'POST', body });
    for (let log = ''; log !== 'up\\n'; ) log = await (await fetch(url + '/api/v1/namespaces/n/pods/p/log')).text();
    console.log('ready');
  `;
}

function processesWith(argument: string): string[] {
  return readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(argument);
    } catch {
      return false;
    }
  });
}

test.each([
  // Each run looks for a number of its own, so that it sees no other run's processes.
  ['namespace', 900_000_000 + process.pid * 2],
  ['plain', 900_000_001 + process.pid * 2],
])('no container outlives an emulator that is killed (%s)', async (isolation, seconds) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'taskpod-death-'));
  const source = program(folder, isolation, seconds);
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const chunk of child.stdout) if (String(chunk).includes('ready')) break;
  expect(processesWith(String(seconds))).toHaveLength(1);
  child.kill('SIGKILL');
  const signal = AbortSignal.timeout(10_000);
  while (processesWith(String(seconds)).length > 0) await systemClock.sleep(20, signal);
  await rm(folder, { recursive: true });
});
