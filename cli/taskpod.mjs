#!/usr/bin/env node
// Plain JavaScript that any Node since 18 can start: the rest is TypeScript, which Node 24 runs as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;

/** The Node that the development dependency `node` brings along; undefined when it is not installed. */
function bundledNode() {
  for (const file of ['node/bin/node', 'node/bin/node.exe']) {
    try {
      const path = createRequire(import.meta.url).resolve(file);
      if (existsSync(path)) return path;
    } catch {
      // Not installed, or the other system's name.
    }
  }
  return undefined;
}

/** Runs this file again with another Node; its signals, exit code and end are ours. */
function startAgain(node) {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  // The channel tells the child when this process is gone, however it ended.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', error => {
    process.stderr.write(`taskpod: cannot start ${node} (${error.code ?? error.message}). Run: npm ci\n`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 1));
  });
}

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  const { main } = await import('./main.ts');
  await main();
} else {
  const node = process.env.TASKPOD_STARTED_AGAIN === '1' ? undefined : bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `taskpod needs Node ${neededMajor} and this is ${process.version}. Run "npm ci" in the repository, which brings Node ${neededMajor} along, or put a Node ${neededMajor} first on PATH.\n`,
    );
    process.exit(2);
  }
  process.env.TASKPOD_STARTED_AGAIN = '1';
  startAgain(node);
}
