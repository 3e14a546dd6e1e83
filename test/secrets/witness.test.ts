import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TestContext } from '../cli/test-context.ts';
import { MemoryPublisher } from '../fakes/memory-publisher.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { helloTask, Launcher } from '../functions/launch/launcher.ts';
import { WatchWorld } from '../functions/watch/watch-world.ts';
import { leaksIn, planted } from './planted.ts';
import { takeLeaks, witness, witnessFolder, witnessObject } from './witness.ts';

const never = new AbortController().signal;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('leaksIn', () => {
  test.each(Object.entries(planted))(
    'finds %s, as it is and in base64 with anything before it',
    (_, secret) => {
      for (const text of [
        secret,
        `a ${secret} b`,
        JSON.stringify({ a: [secret] }),
        encodeURIComponent(secret),
      ])
        expect(leaksIn(text)).not.toEqual([]);
      for (const before of ['', 'x', 'xy', 'user:'])
        expect(leaksIn(`Basic ${base64(`${before}${secret}!`)}`)).not.toEqual([]);
    },
  );

  test('finds nothing where there is nothing', () => {
    expect(leaksIn('a secret that was not planted, AWS_SECRET, c2VjcmV0')).toEqual([]);
  });
});

describe('what has got out is looked through, and a leak is told', () => {
  test.each<[what: string, leak: () => unknown]>([
    ['a text', () => witness('standard output', planted.token)],
    ['an object', () => witnessObject('runs/a/outcome.json', planted.envValue)],
    ['the name of an object', () => witnessObject(`open/${planted.variable}`, '')],
    ['the store of the tests', () => new MemoryStore().create('runs/a', planted.password, { signal: never })],
    [
      'events',
      () => new MemoryPublisher().publish('projects/p/topics/events', [{ data: planted.extra }], never),
    ],
    ['the output of a command', () => new TestContext(false).out.write(planted.uri)],
    ['its errors', () => new TestContext(true).err.write(planted.header)],
    [
      'the log of watch',
      () => new WatchWorld().deps().log('INFO', 'a retry is due', { run: planted.envValue, try_number: 1 }),
    ],
    ['the log of launch', () => new Launcher().deliver({ ...helloTask, dag_id: planted.message })],
  ])('%s', async (_, leak) => {
    await leak();
    expect(takeLeaks()).not.toEqual([]);
  });

  test('but not where secrets stand by design', async () => {
    witnessObject('config/connections/db.json', planted.password);
    witnessObject('runs/a/attempt=1/launch.json', planted.envValue);
    const topic = 'projects/p/topics/tasks';
    await new MemoryPublisher().publish(topic, [{ data: planted.envValue }], never);
    expect(takeLeaks()).toEqual([]);
  });

  test('a folder of a local stack', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskpod-witness-'));
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', 'outcome.json'), planted.envValue);
    await writeFile(join(folder, 'a', 'launch.json'), planted.envValue);
    expect(await witnessFolder(folder)).toBe(2);
    expect(takeLeaks()).toEqual([expect.stringContaining('/a/outcome.json')]);
    await rm(folder, { recursive: true });
  });
});
