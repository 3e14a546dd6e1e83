import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deployment, startDeployment } from './harness.ts';
import { waitFor } from './support/wait.ts';

const source = join(import.meta.dirname, 'fixtures', 'echo');
let deployment: Deployment;

beforeAll(async () => {
  deployment = await startDeployment({ ECHO_NAME: 'first' });
});
afterAll(() => deployment.stop());

function times(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe('the cluster test harness', () => {
  test('pushes messages to a function, again when it answers 500 and when it was killed', async () => {
    const first = await deployment.startFunction('echo', { source });
    await deployment.subscribe('tasks', first.url, { ackDeadlineSeconds: 10 });
    const ids = await deployment.publishTask('twice', 2);
    expect(new Set(ids).size).toBe(2);
    await deployment.publishTask({ task_id: 'a' });
    await deployment.publishTask('again, please');
    const logs = await waitFor(
      () => {
        const text = first.logs();
        return times(text, 'again, please') === 2 && times(text, 'got') === 5 ? text : undefined;
      },
      { what: 'the repeated delivery', withinMs: 20_000, explain: first.logs },
    );
    expect(times(logs, 'first got twice')).toBe(2);
    expect(times(logs, 'first got {"task_id":"a"}')).toBe(1);

    await first.kill('SIGKILL');
    expect(first.isRunning()).toBe(false);
    await deployment.publishTask('while nobody listens');
    const second = await deployment.startFunction('echo', {
      source,
      port: first.port,
      env: { ECHO_NAME: 'second' },
    });
    expect(second.pid).not.toBe(first.pid);
    await waitFor(() => second.logs().includes('second got while nobody listens') || undefined, {
      what: 'the message that was published while nobody listened',
      withinMs: 20_000,
      explain: second.logs,
    });
  });

  test('says what there was when a wait is over', async () => {
    await expect(deployment.waitForObject('runs/nothing', 200)).rejects.toThrow(
      /Waited 0.2 s for object runs\/nothing\.\nObjects:\nPods:\necho \(pid \d+, ended\):\nServing function/,
    );
  });

  test('has a namespace of its own, without Pods', async () => {
    expect(await deployment.namespace.pods()).toEqual([]);
    const calls = await deployment.audit();
    expect(calls?.filter(call => call.verb === 'list' && call.resource === 'pods').length).not.toBe(0);
  });

  test('says how a function ended that does not start', async () => {
    await expect(deployment.startFunction('no-such-function', { source })).rejects.toThrow(
      /no-such-function ended before it listened:[\s\S]*no-such-function/,
    );
  });
});
