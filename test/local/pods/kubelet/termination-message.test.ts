import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ContainerLog } from '../../../../local/pods/kubelet/container-log.ts';
import { terminationMessage } from '../../../../local/pods/kubelet/termination-message.ts';
import { makePod } from '../make-emulated-pod.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'taskpod-message-'));
});
afterEach(() => rm(folder, { recursive: true }));

const long = (letter: string, length: number) => letter.repeat(length);
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');

test.each([
  { what: 'the file', file: 'größe', policy: 'File', exitCode: 0, log: '', containers: 1, expected: 'größe' },
  {
    what: 'at most 4,096 bytes',
    file: long('x', 5_000),
    policy: 'File',
    exitCode: 0,
    log: '',
    containers: 3,
    expected: long('x', 4_096),
  },
  {
    what: 'less in a Pod of many',
    file: long('x', 5_000),
    policy: 'File',
    exitCode: 0,
    log: '',
    containers: 6,
    expected: long('x', 2_048),
  },
  { what: 'nothing', file: '', policy: 'File', exitCode: 1, log: 'a\n', containers: 1, expected: '' },
  {
    what: 'nothing on success',
    file: '',
    policy: 'FallbackToLogsOnError',
    exitCode: 0,
    log: 'a\n',
    containers: 1,
    expected: '',
  },
  {
    what: 'the file first',
    file: 'f',
    policy: 'FallbackToLogsOnError',
    exitCode: 1,
    log: 'a\n',
    containers: 1,
    expected: 'f',
  },
  {
    what: 'the log’s last 80 lines',
    file: '',
    policy: 'FallbackToLogsOnError',
    exitCode: 1,
    log: lines(1, 100),
    containers: 1,
    expected: lines(21, 100),
  },
  {
    what: 'the log’s last 2,048 bytes',
    file: '',
    policy: 'FallbackToLogsOnError',
    exitCode: 1,
    log: long('x', 3_000),
    containers: 1,
    expected: long('x', 2_048),
  },
])('terminationMessage: $what', async ({ file, policy, exitCode, log: output, containers, expected }) => {
  const messageFile = path.join(folder, 'message');
  await writeFile(messageFile, file);
  const log = new ContainerLog(path.join(folder, 'log'), () => 0n);
  await log.open();
  await log.append(Buffer.from(output));
  await log.end();
  const container = { name: 'base', image: 'i', terminationMessagePolicy: policy };
  const [base] = makePod({ containers: [container] }).spec.containers;
  if (base === undefined) throw new Error('no container');
  expect(await terminationMessage(base, messageFile, exitCode, log, containers)).toBe(expected);
});
