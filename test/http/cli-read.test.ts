import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunKey } from '../../shared/run.ts';
import { outcomeOf, WrittenAttempt } from '../cli/written-attempt.ts';
import { type Deployment, startDeployment } from './cli-harness.ts';

const good: RunKey = { dagId: 'etl', runId: 'good', taskId: 'load' };
const bad: RunKey = { dagId: 'etl', runId: 'bad', taskId: 'load' };
const going: RunKey = { dagId: 'other', runId: 'going', taskId: 'load' };
const mapped: RunKey = { dagId: 'etl', runId: 'mapped', taskId: 'load', mapIndex: 3 };
const value = '{"ä":\n 1}\n';
const stamp = '2026-11-22T10:00:03.000000001Z';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  const { store } = deployment;
  const first = new WrittenAttempt(store, good, ['prepare', 'base']);
  await first.claim();
  await first.running();
  await first.segment(`${stamp} ready\n`, 'prepare');
  await first.segment(`${stamp} one\nmore\n`);
  await first.segment(`${stamp} two\n`);
  await first.end(
    {
      containers: [
        {
          name: 'base',
          exit_code: 0,
          reason: 'Completed',
          started_at: null,
          ended_at: null,
          log: 'runs/x/base.log',
          log_bytes: 12,
          log_gaps: 1,
        },
      ],
    },
    value,
  );
  const second = new WrittenAttempt(store, bad);
  await second.claim();
  await second.end({
    state: 'failed',
    reason: 'image_pull',
    summary: 'No image.',
    action: 'Mend the image.',
  });
  const third = new WrittenAttempt(store, going);
  await third.claim();
  await third.running();
  await third.segment(`${stamp} so far\n${stamp} and`);
  await new WrittenAttempt(store, mapped).claim();
  await new WrittenAttempt(store, { ...going, dagId: 'good' }).claim();
  const rejected = {
    version: 1,
    message_id: '99',
    rejected_at: '2026-11-22T10:00:01.000Z',
    problems: [{ path: '', message: 'is not JSON' }],
  };
  await store.create('rejected/99.json', JSON.stringify(rejected), { signal: AbortSignal.timeout(20_000) });
});
afterAll(() => deployment.close());

describe('status', () => {
  test.each([
    {
      run: 'etl/good/load',
      code: 0,
      out: `run        etl/good/load
state      success
attempt    1
reason     completed
summary    The container ended with exit code 0.
exit code  0
pod        n/load-x on node-1
queued     2026-11-22T10:00:01.000Z
scheduled  2026-11-22T10:00:01.500Z
started    2026-11-22T10:00:02.000Z
ended      2026-11-22T10:00:09.500Z
logs       base: runs/x/base.log (12 bytes, 1 gap)
xcom       runs/dag_id=etl/run_id=good/task_id=load/attempt=1/return.json (${Buffer.byteLength(value)} bytes)
`,
    },
    {
      run: 'other/going/load',
      code: 0,
      out: `run      other/going/load
state    running since 2026-11-22T10:00:02.000Z
attempt  1
pod      n/load-x
`,
    },
  ])('$run', async ({ run, code, out }) => {
    expect(await deployment.call('status', run)).toEqual({ code, out, err: '' });
  });

  test('a run_id alone, and --json, of a run that failed', async () => {
    const { code, out, err } = await deployment.call('status', 'bad', '--json');
    expect({ code, document: JSON.parse(out), err }).toEqual({
      code: 1,
      document: {
        run: 'etl/bad/load',
        dag_id: 'etl',
        run_id: 'bad',
        task_id: 'load',
        map_index: null,
        state: 'failed',
        ended: true,
        try_number: 1,
        reason: 'image_pull',
        since: '2026-11-22T10:00:09.500Z',
        pod: { cluster: 'kubeconfig', namespace: 'n', name: 'load-x', uid: 'u', node: 'node-1' },
        outcome: {
          ...outcomeOf({ ...bad, tryNumber: 1 }),
          state: 'failed',
          reason: 'image_pull',
          summary: 'No image.',
          action: 'Mend the image.',
        },
      },
      err: '',
    });
  });

  test.each([
    {
      run: 'going',
      err: 'taskpod: 2 runs have the run_id "going"\nSay which one: good/going/load, other/going/load.\n',
    },
    {
      run: 'etl/mapped/load',
      err: 'taskpod: the run etl/mapped/load is mapped\nSay which index, for example etl/mapped/load/3.\n',
    },
    {
      run: '99',
      err: 'taskpod: the message 99 was rejected: is not JSON\nMend the task and submit it again.\n',
    },
  ])('$run is not enough', async ({ run, err }) => {
    expect(await deployment.call('status', run)).toEqual({ code: 2, out: '', err });
  });
});

describe('list', () => {
  const listed = async (...args: string[]): Promise<string[]> => {
    const { code, out, err } = await deployment.call('list', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out.split('\n').map(line => line.replace(/\t20\d\d-\S+Z\t/, '\tTIME\t'));
  };

  test('cells separated by tabs, the newest first', async () => {
    expect(await listed()).toEqual([
      'good/going/load\tqueued\t1\tTIME\t-\t-',
      'etl/mapped/load/3\tqueued\t1\tTIME\t-\t-',
      'other/going/load\trunning\t1\tTIME\t-\t-',
      'etl/bad/load\tfailed\t1\tTIME\t7.5 s\timage_pull',
      'etl/good/load\tsuccess\t1\tTIME\t7.5 s\tcompleted',
      '',
    ]);
  });

  test.each([
    { args: ['--dag', 'etl', '--state', 'queued'], runs: ['etl/mapped/load/3'] },
    { args: ['--run', 'going'], runs: ['good/going/load', 'other/going/load'] },
    { args: ['--dag', 'other', '--run', 'going'], runs: ['other/going/load'] },
    { args: ['--limit', '2'], runs: ['good/going/load', 'etl/mapped/load/3'] },
    { args: ['--state', 'success', '--limit', '1'], runs: ['etl/good/load'] },
    { args: ['--dag', 'none'], runs: [] },
  ])('$args', async ({ args, runs }) => {
    const lines = await listed(...args);
    expect(lines.filter(line => line !== '').map(line => line.split('\t')[0])).toEqual(runs);
  });

  test('--json is one document', async () => {
    const { out } = await deployment.call('list', '--json', '--run', 'mapped');
    expect(JSON.parse(out)).toEqual([
      {
        run: 'etl/mapped/load/3',
        dag_id: 'etl',
        run_id: 'mapped',
        task_id: 'load',
        map_index: 3,
        state: 'queued',
        ended: false,
        try_number: 1,
        reason: '',
        since: expect.any(String),
        pod: null,
        outcome: null,
        queued_at: expect.any(String),
      },
    ]);
  });
});

describe('logs', () => {
  test.each([
    { args: ['good'], out: '[prepare] ready\n[base] one\n[base] more\n[base] two\n' },
    { args: ['good', '--container', 'base', '--timestamps'], out: `${stamp} one\nmore\n${stamp} two\n` },
    { args: ['other/going/load'], out: 'so far\nand\n' },
    {
      args: ['good', '--container', 'prepare', '--json'],
      out: `{"type":"log","try_number":1,"container":"prepare","timestamp":"${stamp}","text":"ready"}\n`,
    },
    { args: ['good', '-f', '--container', 'base'], out: 'one\nmore\ntwo\n' },
  ])('$args', async ({ args, out }) => {
    expect(await deployment.call('logs', ...args)).toEqual({ code: 0, out, err: '' });
  });

  test.each([
    {
      args: ['bad'],
      code: 1,
      err: 'taskpod: etl/bad/load has left no log\nSee how it ended: taskpod status etl/bad/load\n',
    },
    {
      args: ['etl/mapped/load/3'],
      code: 1,
      err: 'taskpod: etl/mapped/load/3 is queued: no log yet\nWait for it: taskpod logs -f etl/mapped/load/3\n',
    },
    {
      args: ['good', '--container', 'sidecar'],
      code: 2,
      err: 'taskpod: the log of a container "sidecar" is not kept\nChoose one of: prepare, base.\n',
    },
  ])('$args: none', async ({ args, code, err }) => {
    expect(await deployment.call('logs', ...args)).toEqual({ code, out: '', err });
  });

  test('-f waits for a run that is not there yet, and goes on until its end', async () => {
    const late: RunKey = { dagId: 'etl', runId: 'late', taskId: 'load' };
    const command = deployment.start(['logs', '-f', 'etl/late/load']);
    const written = new WrittenAttempt(deployment.store, late);
    await written.claim();
    await written.segment(`${stamp} first\n`);
    await command.says('first');
    await written.segment(`${stamp} last\n`);
    await written.end({ state: 'failed' });
    expect(await command.ended).toEqual({ code: 0, out: 'first\nlast\n', err: '' });
  });
});

describe('xcom', () => {
  test('the very bytes', async () => {
    const result = { code: 0, out: value, err: '' };
    expect(await deployment.call('xcom', 'good')).toEqual(result);
    expect(await deployment.run(['xcom', 'good'])).toEqual(result);
  });

  test('--json', async () => {
    const { code, out } = await deployment.call('xcom', 'good', '--json');
    expect({ code, document: JSON.parse(out) }).toEqual({
      code: 0,
      document: {
        run: 'etl/good/load',
        value: { ä: 1 },
        size: Buffer.byteLength(value),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  test.each([
    {
      run: 'bad',
      err: 'taskpod: etl/bad/load is failed (image_pull), so it has no XCom value\nSee how it ended: taskpod status etl/bad/load\n',
    },
    {
      run: 'other/going/load',
      err: 'taskpod: other/going/load is running: it has no XCom value yet\nWait for its end: taskpod logs -f other/going/load\n',
    },
  ])('$run has none', async ({ run, err }) => {
    expect(await deployment.call('xcom', run)).toEqual({ code: 1, out: '', err });
  });

  test('a value that is not the run’s any more is not shown', async () => {
    const changed = new WrittenAttempt(deployment.store, { ...good, runId: 'changed' });
    await changed.claim();
    const object = 'runs/dag_id=etl/run_id=changed/task_id=load/attempt=1/return.json';
    await changed.end({ xcom: { object, size: 3, sha256: '0'.repeat(64) } }, '{}\n');
    expect(await deployment.call('xcom', 'changed')).toEqual({
      code: 2,
      out: '',
      err: `taskpod: ${object} is not what the run left there\nSomebody has changed or deleted it. Run the task again for a new one.\n`,
    });
  });
});
