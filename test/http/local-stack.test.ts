import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { localStatePath } from '../../local/state-file.ts';
import { planted } from '../secrets/planted.ts';
import { witnessFolder } from '../secrets/witness.ts';
import { type RunningCli, startCli } from './cli-harness.ts';

const url = z.string();
const readySchema = z.object({
  type: z.literal('ready'),
  folder: z.string(),
  urls: z.object({ storage: url, pubsub: url, launch: url, watch: url }),
});

const doctored = z.object({ findings: z.array(z.object({ check: z.string(), status: z.string() })) });

let folder: string;
let running: RunningCli;
let ready: z.output<typeof readySchema>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-local-'));
  running = startCli(['local', '--json'], { cwd: folder, env: { SECRET_OF_MINE: planted.envValue } });
  await running.says('"ready"');
  ready = readySchema.parse(JSON.parse(running.said().out.split('\n', 1)[0] ?? ''));
}, 90_000);
afterEach(async () => {
  running.kill('SIGINT');
  await running.ended;
  await witnessFolder(folder);
  await rm(folder, { recursive: true, force: true });
});

/** The process that serves a function. */
function processOf(functionUrl: string): number {
  const { stdout } = spawnSync('ps', ['-Ao', 'pid,args'], { encoding: 'utf8' });
  const line = stdout.split('\n').find(text => text.includes(`--port=${new URL(functionUrl).port}`));
  return Number.parseInt(line ?? '', 10);
}

async function untilGone(functionUrl: string): Promise<void> {
  for (;;) if ((await statusOf(functionUrl).catch(() => undefined)) === undefined) return;
}

/** The answer's status; rejects when there is no answer. */
function statusOf(
  target: string,
  headers: Record<string, string> = {},
  hostname = '127.0.0.1',
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(new URL('/robots.txt', target), { headers, hostname }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject).end();
  });
}

async function submit(name: string): Promise<{ code: number | null; out: string; err: string }> {
  const below = join(folder, 'some', 'where');
  await mkdir(below, { recursive: true });
  const task = {
    task_id: name,
    run_id: name,
    image: 'busybox',
    cmds: ['sh', '-c', 'echo one; echo two; echo "{}" > /airflow/xcom/return.json'],
    do_xcom_push: true,
  };
  await writeFile(join(below, 'task.json'), JSON.stringify(task));
  return startCli(['submit', '--follow', 'task.json'], { cwd: below }).ended;
}

describe('taskpod local', () => {
  test('runs a task, also after a function has died, and leaves nothing running', async () => {
    const success = (name: string) => ({
      code: 0,
      out: 'one\ntwo\n',
      err: expect.stringMatching(new RegExp(`^default/${name}/${name}\\n(.*\\n)*success .*\\n$`)),
    });
    expect(await submit('first')).toEqual(success('first'));
    expect(await startCli(['xcom', 'first'], { cwd: folder }).ended).toEqual({
      code: 0,
      out: '{}\n',
      err: '',
    });

    const doctor = await startCli(['doctor', '--json'], { cwd: join(folder, 'some') }).ended;
    const { findings } = doctored.parse(JSON.parse(doctor.out));
    expect({ code: doctor.code, err: doctor.err }).toEqual({ code: 0, err: '' });
    expect(findings.filter(({ status }) => status !== 'ok' && status !== 'skipped')).toEqual([]);
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['topic.exists', 'subscription.topic', 'sweep', 'cluster.reachable']),
    );

    process.kill(processOf(ready.urls.watch), 'SIGKILL');
    await running.says('watch ended (SIGKILL) and is started again');
    expect(await submit('second')).toEqual(success('second'));

    const again = await startCli(['local'], { cwd: folder }).ended;
    expect({ code: again.code, err: again.err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^taskpod: "taskpod local" runs already for this folder \(process \d+\)\n/),
    });

    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const urls = Object.values(ready.urls);
    const left = await Promise.allSettled(urls.map(target => statusOf(target)));
    expect(left.map(({ status }) => status)).toEqual(urls.map(() => 'rejected'));
    expect(existsSync(localStatePath(folder))).toBe(false);
  }, 120_000);

  test('answers only programs of this machine, and keeps the user’s environment to itself', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find(address => address?.family === 'IPv4' && !address.internal)?.address;
    for (const target of Object.values(ready.urls)) {
      await expect(statusOf(target)).resolves.toBeTypeOf('number');
      if (outside) await expect(statusOf(target, {}, outside)).rejects.toThrow('ECONNREFUSED');
    }
    for (const target of [ready.urls.launch, ready.urls.watch])
      await expect(statusOf(target, { origin: 'http://127.0.0.1' })).rejects.toThrow('socket hang up');
    const { stdout } = spawnSync('ps', ['eww', '-p', String(processOf(ready.urls.launch))], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('TASKPOD_BUCKET=taskpod-local');
    expect(stdout).not.toContain('SECRET_OF_MINE');
  }, 60_000);

  test('ends with the process that has started it, however that ends', async () => {
    running.kill('SIGKILL');
    await untilGone(ready.urls.launch);
    await untilGone(ready.urls.watch);
    expect(await startCli(['list'], { cwd: folder }).ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^taskpod: no taskpod to talk to\n/),
    });
  }, 60_000);
});
