import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type FunctionProcess, startFunctionProcess } from '../cluster/support/function-process.ts';
import { waitFor } from '../cluster/support/wait.ts';

const started: FunctionProcess[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(running => running.kill('SIGKILL')));
});

async function start(env: Record<string, string> = {}): Promise<FunctionProcess> {
  const source = join(import.meta.dirname, '..', 'fixtures', 'http-function');
  const running = await startFunctionProcess({ source, target: 'fixture', env });
  started.push(running);
  return running;
}

/** Posts a body; a connection that is closed without an answer is status 0. */
async function post(running: FunctionProcess, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(running.url, { method: 'POST', headers: { 'x-mark': 'seen' }, body });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: '' };
  }
}

async function printed(running: FunctionProcess, text: string): Promise<void> {
  const within = { what: `the process to print ${text}`, withinMs: 10_000, explain: () => running.logs() };
  await waitFor(async () => running.logs().includes(text) || undefined, within);
}

/** The records among what a process has printed. */
function records(running: FunctionProcess): unknown[] {
  const lines = running.logs().split('\n');
  return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
}

describe('loading', () => {
  test('begins by itself, but only when the server listens', async () => {
    const running = await start();
    await printed(running, 'fixture: loading');
    const order = running.logs().match(/fixture: imported|Serving function|fixture: loading/g);
    expect(order).toEqual(['fixture: imported', 'Serving function', 'fixture: loading']);
  });

  test('is done once; requests that come earlier wait for it and are answered', async () => {
    const running = await start({ LOAD_MS: '500' });
    const answers = await Promise.all([post(running, 'a'), post(running, 'no body')]);
    expect(answers).toEqual([
      { status: 200, text: 'seen: a' },
      { status: 204, text: '' },
    ]);
    expect(running.logs().match(/fixture: loading/g)).toHaveLength(1);
  });

  test('that fails is answered 500 with a record that says why (and no secret, I9), and is tried again', async () => {
    const running = await start({ FAILED_LOADS: '3' });
    await printed(running, 'fixture: loading');
    expect([(await post(running, 'a')).status, (await post(running, 'a')).status]).toEqual([500, 500]);
    expect(await post(running, 'a')).toEqual({ status: 200, text: 'seen: a' });
    const record = {
      severity: 'CRITICAL',
      message: 'the function failed: TASKPOD_BUCKET is not set: 401 from the token server',
    };
    expect(records(running)).toEqual([record, record]);
    expect(running.logs()).not.toContain('planted-secret');
  });

  test('a request whose handling throws is answered 500, and the process lives on', async () => {
    const running = await start();
    expect((await post(running, 'throw')).status).toBe(500);
    expect(records(running)).toEqual([{ severity: 'CRITICAL', message: 'the function failed: a bug' }]);
    expect(await post(running, 'a')).toEqual({ status: 200, text: 'seen: a' });
  });
});

test('requests run in no domain, because its async hooks would cost every promise of the process', async () => {
  const running = await start();
  expect(await post(running, 'domain')).toEqual({ status: 200, text: 'none' });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', signal => {
  test('ends an idle process at once, with 0', async () => {
    const running = await start();
    await printed(running, 'fixture: loading');
    const began = performance.now();
    await running.kill(signal);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('SIGTERM in the middle of a request', () => {
  test('lets it end and answers 503 to those that come then', async () => {
    const running = await start();
    await post(running, 'warm');
    const slow = post(running, 'until shutdown');
    // The connection is open before the signal, so that only the function can refuse the second request.
    await post(running, 'warm');
    const ended = running.kill('SIGTERM');
    await waitFor(async () => (await post(running, 'late')).status === 503 || undefined, {
      what: 'a request to be refused',
      withinMs: 5_000,
    });
    expect(await slow).toEqual({ status: 200, text: 'seen: until shutdown' });
    await ended;
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });

  test('does not wait for a sender who has left', async () => {
    const running = await start();
    await post(running, 'warm');
    const leave = new AbortController();
    const left = fetch(running.url, { method: 'POST', body: 'until shutdown', signal: leave.signal });
    await post(running, 'warm');
    leave.abort();
    await expect(left).rejects.toThrow();
    await post(running, 'warm');
    const began = performance.now();
    await running.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  test('gives up after 9 s on one that does not end', async () => {
    const running = await start();
    await post(running, 'warm');
    const stuck = post(running, 'stuck');
    await post(running, 'warm');
    const began = performance.now();
    await running.kill('SIGTERM');
    const tookMs = performance.now() - began;
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeGreaterThan(8_500);
    expect(tookMs).toBeLessThan(10_000);
    expect((await stuck).status).not.toBe(200);
  });
});
