import { createServer, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PushFault } from '../chaos/schedule/actions.ts';
import { PushFront, type PushReceivers } from '../chaos/services/push-front.ts';
import { loopbackAddress } from '../cluster/support/loopback-address.ts';
import { waitFor } from '../cluster/support/wait.ts';

/** The only instance, and what has happened to it. */
let running: { pid: number; url: string } | undefined;
let killed: number[];
let received: string[];
let respond: (response: ServerResponse) => void;
let behind: Server;
let front: PushFront;

beforeEach(async () => {
  killed = [];
  received = [];
  respond = response => response.writeHead(204).end();
  behind = createServer(async (request, response) => {
    received.push((await buffer(request)).toString());
    respond(response);
  });
  running = { pid: 7, url: await loopbackAddress(behind) };
  const instances: PushReceivers = {
    choose: hasRoom => (running && hasRoom(running.pid) ? running : undefined),
    killPid: pid => {
      killed.push(pid);
      behind.closeAllConnections();
    },
  };
  front = await PushFront.start(instances, 2);
});
afterEach(async () => {
  behind.closeAllConnections();
  behind.close();
  await front.stop();
});

async function push(id: string): Promise<number | 'cut'> {
  const body = JSON.stringify({ message: { messageId: id, data: '' } });
  const signal = AbortSignal.timeout(10_000);
  return fetch(front.url, { method: 'POST', body, signal }).then(
    ({ status }) => status,
    () => 'cut',
  );
}

test('a push is passed on as it is, and answered with the status of the instance', async () => {
  const answers = [await push('1')];
  respond = response => response.writeHead(503).end();
  answers.push(await push('1'), await push('2'));
  expect({ answers, received, deliveries: front.deliveries, inFlight: front.inFlight }).toEqual({
    answers: [204, 503, 503],
    received: ['1', '1', '2'].map(messageId => JSON.stringify({ message: { messageId, data: '' } })),
    deliveries: [2, 1],
    inFlight: 0,
  });
});

test.each<[PushFault, number | 'cut', number]>([
  [{ kind: 'refuse' }, 503, 0],
  [{ kind: 'lose answer' }, 'cut', 1],
  [{ kind: 'duplicate' }, 204, 2],
  [{ kind: 'delay', ms: 20 }, 204, 1],
  [{ kind: 'late', ms: 20 }, 204, 2],
])('meets %j', async (fault, answer, times) => {
  let met = 0;
  front.arm(fault, () => {
    met += 1;
  });
  expect([await push('1'), met]).toEqual([answer, 1]);
  await waitFor(() => (front.inFlight === 0 && received.length === times ? true : undefined), {
    what: `${times} deliveries`,
    withinMs: 5_000,
  });
  expect([await push('2'), received.length]).toEqual([204, times + 1]);
});

test('an instance that is killed in the middle leaves its push unacknowledged', async () => {
  respond = () => undefined;
  front.arm({ kind: 'kill', afterMs: 20 }, () => undefined);
  expect([await push('1'), killed]).toEqual([502, [7]]);
});

test('a push waits for an instance that is on its way', async () => {
  const there = running;
  running = undefined;
  const answer = push('1');
  await waitFor(() => (front.inFlight === 1 ? true : undefined), { what: 'the push', withinMs: 5_000 });
  running = there;
  expect(await answer).toBe(204);
});

test('an instance gets so many pushes at a time, and the others wait', async () => {
  const open: ServerResponse[] = [];
  respond = response => void open.push(response);
  const answers = [push('1'), push('2'), push('3')];
  const arrived = (count: number) =>
    waitFor(() => open.length === count || undefined, { what: `${count} pushes`, withinMs: 5_000 });
  await arrived(2);
  await waitFor(() => front.inFlight === 3 || undefined, { what: 'the third push', withinMs: 5_000 });
  expect(received.length).toBe(2);
  open[0]?.writeHead(204).end();
  await arrived(3);
  for (const response of open.slice(1)) response.writeHead(204).end();
  expect(await Promise.all(answers)).toEqual([204, 204, 204]);
});
