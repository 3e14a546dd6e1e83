import { createServer, request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BusServer, startBus } from '../../local/bus/server.ts';
import { freePort } from '../../local/free-port.ts';
import { pubsubApi } from '../contract/pubsub-api.ts';

let bus: BusServer;
beforeEach(async () => {
  bus = await startBus({ port: 0 });
});
afterEach(() => bus.close());

async function send(method: string, path: string, body?: object): Promise<[number, unknown]> {
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`http://${bus.host}/v1/${path}`, init);
  return [response.status, await response.json()];
}
const t = 'projects/p/topics/t';
const s = 'projects/p/subscriptions/s';
const failure = (code: number, status: string) => [
  code,
  { error: expect.objectContaining({ code, status, message: expect.any(String) }) },
];

test('topics and subscriptions are made once, told, and deleted', async () => {
  expect(await send('GET', t)).toEqual(failure(404, 'NOT_FOUND'));
  expect(await send('PUT', s, { topic: t })).toEqual(failure(404, 'NOT_FOUND'));
  expect(await send('PUT', t)).toEqual([200, { name: t }]);
  expect(await send('PUT', t, {})).toEqual(failure(409, 'ALREADY_EXISTS'));
  expect(await send('GET', t)).toEqual([200, { name: t }]);
  const resource = {
    name: s,
    topic: t,
    pushConfig: { pushEndpoint: 'http://127.0.0.1:9/push' },
    ackDeadlineSeconds: 600,
    retryPolicy: { minimumBackoff: '1s', maximumBackoff: '30s' },
    deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dead', maxDeliveryAttempts: 7 },
  };
  expect(await send('PUT', s, resource)).toEqual([200, { ...resource, state: 'ACTIVE' }]);
  expect(await send('PUT', s, resource)).toEqual(failure(409, 'ALREADY_EXISTS'));
  expect(await send('GET', s)).toEqual([200, { ...resource, state: 'ACTIVE' }]);
  expect(await send('POST', `${s}:pull`, {})).toEqual(failure(400, 'FAILED_PRECONDITION'));
  expect(await send('DELETE', s)).toEqual([200, {}]);
  expect(await send('GET', s)).toEqual(failure(404, 'NOT_FOUND'));
  expect(await send('PUT', s, resource)).toEqual([200, { ...resource, state: 'ACTIVE' }]);
});

test.each<[string, string, object | undefined, [number, string]]>([
  ['POST', `${t}:publish`, { messages: [] }, [400, 'invalid']],
  ['POST', `${t}:publish`, undefined, [400, 'invalid']],
  ['POST', 'projects/p/topics/none:publish', { messages: [{ data: 'eA==' }] }, [404, 'NOT_FOUND']],
  ['PUT', s, { topic: t, ackDeadlineSeconds: 5 }, [400, 'invalid']],
  ['POST', `${t}:other`, {}, [404, 'NOT_FOUND']],
  ['GET', 'projects/p/snapshots/x', undefined, [404, 'NOT_FOUND']],
  ['GET', '%zz', undefined, [400, 'INVALID_ARGUMENT']],
])('%s %s %j is refused', async (method, path, body, [code, status]) => {
  await send('PUT', t);
  expect(await send(method, path, body)).toEqual(failure(code, status));
});

test('a page in a browser is refused', async () => {
  const status = await new Promise(resolve => {
    const options = { method: 'PUT', headers: { origin: 'https://example.com' } };
    request(`http://${bus.host}/v1/${t}`, options, response => resolve(response.statusCode)).end();
  });
  expect(status).toBe(403);
});

test('what could not be delivered because nobody listened is delivered when somebody does', async () => {
  const api = pubsubApi(bus.host);
  const port = await freePort();
  const topic = await api.createTopic();
  const pushConfig = { pushEndpoint: `http://127.0.0.1:${port}/` };
  await api.createSubscription({
    topic,
    pushConfig,
    retryPolicy: { minimumBackoff: '0.05s', maximumBackoff: '0.05s' },
  });
  await api.publish(topic, [{ data: 'eA==' }]);
  const arrived = new Promise(resolve => {
    const server = createServer((_request, response) => {
      response.writeHead(204).end(() => {
        server.close(resolve);
        server.closeAllConnections();
      });
    });
    // tried in vain a few times by then
    setTimeout(() => server.listen(port, '127.0.0.1'), 200);
  });
  await arrived;
});

test('1,000 messages for two subscribers arrive, all of them', async () => {
  const api = pubsubApi(bus.host);
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { message } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      seen.set(message.messageId, (seen.get(message.messageId) ?? 0) + 1);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const pushEndpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  const topic = await api.createTopic();
  for (let i = 0; i < 2; i++)
    await api.createSubscription({ topic, pushConfig: { pushEndpoint }, ackDeadlineSeconds: 60 });
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push(...(await api.publish(topic, Array(250).fill({ data: 'eA==' }))));
  await expect
    .poll(() => seen.size === 1_000 && [...seen.values()].every(count => count === 2), { timeout: 25_000 })
    .toBe(true);
  expect(new Set(ids)).toEqual(new Set(seen.keys()));
  server.close();
  server.closeAllConnections();
});
