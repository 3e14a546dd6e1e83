import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunKey } from '../../shared/run.ts';
import { outcomeOf, WrittenAttempt } from '../cli/written-attempt.ts';
import { type Deployment, startCli, startDeployment } from './cli-harness.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.close());

const task = { task_id: 'load', dag_id: 'etl', image: 'busybox', cmds: ['true'] };
const stamp = '2026-11-22T10:00:03.000000001Z';

/** Starts a command that publishes a task, and claims its run as launch would. */
async function submitAndClaim(run: RunKey, ...options: string[]) {
  const args = ['submit', '-', ...options, '--set', `run_id=${run.runId}`];
  const command = deployment.start(args, { stdin: JSON.stringify(task) });
  await command.says(nameOf(run));
  const [message] = await deployment.published();
  const written = new WrittenAttempt(deployment.store, run);
  await written.claim(message?.id);
  return { command, written };
}

let runs = 0;
const newRun = (): RunKey => ({ dagId: 'etl', runId: `run-${++runs}`, taskId: 'load' });
const nameOf = (run: RunKey): string => `${run.dagId}/${run.runId}/${run.taskId}`;

describe('submit', () => {
  test('publishes the very bytes and prints the run', async () => {
    const stdin = `${JSON.stringify(task, null, 1)}\n`;
    const result = await deployment.run(['submit', '-'], { stdin });
    const [message] = await deployment.published();
    expect(message).toEqual({
      id: expect.stringMatching(/^\d+$/),
      data: stdin,
      attributes: { dag_id: 'etl', task_id: 'load' },
    });
    expect(result).toEqual({ code: 0, out: `etl/${message?.id}/load\n`, err: '' });
  });

  test('--set and --json', async () => {
    const stdin = JSON.stringify(task);
    const args = [
      'submit',
      '-',
      '--json',
      '--set',
      'run_id=r 1',
      '--set',
      'env_vars.A="1"',
      '--set',
      'map_index=2',
    ];
    const result = await deployment.run(args, { stdin });
    const [message] = await deployment.published();
    expect(JSON.parse(message?.data ?? '')).toEqual({
      ...task,
      run_id: 'r 1',
      env_vars: { A: '1' },
      map_index: 2,
    });
    expect({ code: result.code, document: JSON.parse(result.out), err: result.err }).toEqual({
      code: 0,
      document: {
        run: 'etl/r%201/load/2',
        dag_id: 'etl',
        run_id: 'r 1',
        task_id: 'load',
        map_index: 2,
        message_id: message?.id,
      },
      err: '',
    });
  });

  test('a task with problems is not published', async () => {
    const stdin = JSON.stringify({ ...task, cmd: ['x'], namespace: 'other' });
    const env = { TASKPOD_NAMESPACES: 'one,two' };
    const text = await deployment.run(['submit', '-'], { stdin, env });
    const json = await deployment.run(['submit', '-', '--json'], { stdin, env });
    expect(text).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^taskpod: the task in the standard input has 2 problems\n {2}cmd: .*"cmds".*\n {2}namespace: .*\nNothing was published\. /,
      ),
    });
    expect({ code: json.code, document: JSON.parse(json.out), err: json.err }).toEqual({
      code: 2,
      document: {
        error: {
          code: 'invalid_message',
          message: 'the task in the standard input has 2 problems',
          action: 'Nothing was published. Mend the task and submit it again.',
          problems: [
            { path: 'cmd', message: expect.any(String) },
            { path: 'namespace', message: expect.any(String) },
          ],
        },
      },
      err: '',
    });
    expect(await deployment.published()).toEqual([]);
  });

  test.each([
    {
      state: 'success',
      changes: {},
      code: 0,
      err: /^queued NAME\nrunning NAME\nsuccess NAME after [\d.]+ s\n$/,
    },
    {
      state: 'failed',
      changes: {
        state: 'failed',
        reason: 'exit_code',
        summary: 'It failed.',
        detail: 'a\nb',
        action: 'Mend it.',
      },
      code: 1,
      err: /^queued NAME\nrunning NAME\nfailed NAME after [\d.]+ s \(exit_code\)\n {2}It failed\.\n {2}a\n {2}b\n {2}Mend it\.\n$/,
    },
    {
      state: 'rejected',
      changes: {
        state: 'rejected',
        reason: 'invalid_task',
        problems: [{ path: 'image', message: 'is bad' }],
      },
      code: 2,
      err: /^queued NAME\nrunning NAME\nrejected NAME after [\d.]+ s \(invalid_task\)\n.*\n {2}image: is bad\n$/,
    },
  ] as const)('--wait tells states and the end: $state', async ({ changes, code, err }) => {
    const run = newRun();
    const { command, written } = await submitAndClaim(run, '--wait');
    await command.says('queued');
    await written.running();
    await command.says('running');
    await written.end(changes.problems ? { ...changes, problems: [...changes.problems] } : changes);
    const result = await command.ended;
    expect({ ...result, err: result.err.replaceAll(nameOf(run), 'NAME') }).toEqual({
      code,
      out: `${nameOf(run)}\n`,
      err: expect.stringMatching(err),
    });
  });

  test('--follow shows each line once, whatever it is read from', async () => {
    const run = newRun();
    const { command, written } = await submitAndClaim(run, '--follow');
    await written.segment(`${stamp} one\n${stamp} tw`);
    await command.says('one');
    await written.segment(`o\nthree\n`);
    await command.says('three');
    await written.segment(`${stamp} \x1b[2Jfour`);
    await written.end();
    expect(await command.ended).toEqual({
      code: 0,
      out: 'one\ntwo\nthree\n\x1b[2Jfour\n',
      err: expect.stringMatching(/^etl\/run-\d+\/load\nqueued .*\nsuccess .* after [\d.]+ s\n$/),
    });
  });

  test('--follow --json is one document per line', async () => {
    const run = newRun();
    const { command, written } = await submitAndClaim(run, '--follow', '--json');
    await command.says('"queued"');
    await written.segment(`${stamp} one\n`);
    await written.end();
    const { code, out, err } = await command.ended;
    const items = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    const common = { run: nameOf(run), dag_id: 'etl', run_id: run.runId, task_id: 'load', map_index: null };
    const outcome = outcomeOf({ ...run, tryNumber: 1 });
    expect({ code, err, items }).toEqual({
      code: 0,
      err: '',
      items: [
        { type: 'submitted', ...common, message_id: expect.any(String) },
        {
          type: 'state',
          ...common,
          state: 'queued',
          ended: false,
          try_number: 1,
          reason: '',
          since: '2026-11-22T10:00:01.000Z',
          pod: { cluster: 'kubeconfig', namespace: 'n', name: 'load-x' },
        },
        { type: 'state', ...common, ...endedState, pod: outcome.pod },
        { type: 'log', try_number: 1, container: 'base', timestamp: stamp, text: 'one' },
        { type: 'end', ...common, ...endedState, pod: outcome.pod, outcome, message_id: expect.any(String) },
      ],
    });
  });

  test('Ctrl-C while waiting says that the run goes on', async () => {
    const run = newRun();
    const { command } = await submitAndClaim(run, '--wait');
    await command.says('queued');
    command.kill('SIGINT');
    expect(await command.ended).toEqual({
      code: 130,
      out: `${nameOf(run)}\n`,
      err: `queued ${nameOf(run)}\nThe run goes on: taskpod logs -f ${nameOf(run)}\n`,
    });
  });

  test('a run_id that was used before: the run is that one', async () => {
    const run = newRun();
    const written = new WrittenAttempt(deployment.store, run);
    await written.claim('7');
    await written.end();
    const args = ['submit', '-', '--wait', '--set', `run_id=${run.runId}`];
    const { code, err } = await deployment.run(args, { stdin: JSON.stringify(task) });
    await deployment.published();
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^etl\/run-\d+\/load was published before \(message 7\).*\nsuccess .*\n$/),
    });
  });

  test('--timeout ends the wait and not the run', async () => {
    const run = newRun();
    await new WrittenAttempt(deployment.store, run).claim();
    const args = ['submit', '-', '--wait', '--timeout', '1', '--json', '--set', `run_id=${run.runId}`];
    const { code, out } = await deployment.run(args, { stdin: JSON.stringify(task) });
    expect({ code, document: JSON.parse(out) }).toEqual({
      code: 1,
      document: {
        error: {
          code: 'deadline_exceeded',
          message: `${nameOf(run)} has not ended after 1 s`,
          action: `The run goes on. Look again with "taskpod status ${nameOf(run)}".`,
        },
      },
    });
  });
});

const endedState = {
  state: 'success',
  ended: true,
  try_number: 1,
  reason: 'completed',
  since: '2026-11-22T10:00:09.500Z',
};

describe.concurrent('errors', () => {
  const stdin = JSON.stringify(task);
  test.each([
    { args: [], code: 2, err: /^Usage: taskpod / },
    { args: ['sumbit'], code: 2, err: /^error: unknown command 'sumbit'\n\(Did you mean submit\?\)\n/ },
    { args: ['submit', '-', '--wiat'], code: 2, err: /unknown option '--wiat'\n\(Did you mean --wait\?\)\n/ },
    {
      args: ['submit', '/nowhere/x.json'],
      code: 2,
      err: /^taskpod: \/nowhere\/x\.json: there is no such file\n/,
    },
    { args: ['submit', '/'], code: 2, err: /^taskpod: \/: it is a folder\n/ },
    {
      args: ['submit', '-', '--set', 'x'],
      code: 2,
      err: /^taskpod: --set x: not of the form key=value\nWrite /,
    },
    { args: ['status', 'a/b/c/d/e'], code: 2, err: /^taskpod: "a\/b\/c\/d\/e" is not a run\nWrite dag_id\// },
    {
      args: ['status', 'etl/none/load'],
      code: 2,
      err: /^taskpod: there is no run etl\/none\/load\nSee "taskpod list"/,
    },
    { args: ['xcom', 'none'], code: 2, err: /^taskpod: there is no run none\n/ },
    { args: ['list', '--state', 'great'], code: 2, err: /Allowed choices are queued, running, / },
    { args: ['list', '--limit', '0'], code: 2, err: /Give a whole number from 1 to 100000\.\n/ },
  ])('$args', async ({ args, code, err }) => {
    expect(await deployment.run(args, { stdin })).toEqual({ code, out: '', err: expect.stringMatching(err) });
  });

  test('nothing to talk to: both ways are told', async () => {
    expect(await startCli(['list']).ended).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^taskpod: no taskpod to talk to\nStart one .*"taskpod local".*TASKPOD_BUCKET/,
      ),
    });
  });

  test('a topic that is not there', async () => {
    const env = { TASKPOD_TASKS_TOPIC: 'projects/p/topics/other' };
    expect(await deployment.run(['submit', '-'], { stdin, env })).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^taskpod: .*projects\/p\/topics\/other.*\n.+\n$/),
    });
  });

  test('a bucket that is not there', async () => {
    const env = { TASKPOD_BUCKET: 'no-such-bucket' };
    expect(await deployment.run(['list'], { env })).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^taskpod: .*bucket does not exist.*\n.*no-such-bucket.*\n$/),
    });
  });
});
