import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { keepAliveAgents } from '../../shared/adapters/google-client.ts';
import { readWhole, sendHttp } from '../../shared/adapters/google-http.ts';

const agent = keepAliveAgents();
const never = new AbortController().signal;

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/a?b=c`;
}

const get = (url: string, signal = never) => sendHttp({ url, method: 'GET', headers: {}, agent, signal });

test('sends method, path, headers and the parts of a body with their length; gives status, headers and body', async () => {
  const seen: object[] = [];
  const url = await serve(async (request, response) => {
    const { method, url: path, headers } = request;
    const text = (await buffer(request)).toString();
    seen.push({ method, path, own: headers['x-own'], length: headers['content-length'], text });
    response.writeHead(201, [
      ['x-goog-hash', 'crc32c=a'],
      ['x-goog-hash', 'md5=b'],
    ]);
    response.write('one ');
    setImmediate(() => response.end('two'));
  });
  const body = [Buffer.from('größe '), Buffer.from('2')];
  const answer = await sendHttp({
    url,
    method: 'POST',
    headers: { 'x-own': '1' },
    body,
    agent,
    signal: never,
  });
  expect(seen).toEqual([{ method: 'POST', path: '/a?b=c', own: '1', length: '9', text: 'größe 2' }]);
  expect([answer.status, answer.headers.get('x-goog-hash'), answer.headers.get('x-none')]).toEqual([
    201,
    'crc32c=a, md5=b',
    null,
  ]);
  expect((await readWhole(answer.body, never)).toString()).toBe('one two');
});

test('a signal ends a request that is not answered, with its reason', async () => {
  const url = await serve(() => undefined);
  const caller = new AbortController();
  const call = get(url, caller.signal);
  const reason = new Error('late');
  setImmediate(() => caller.abort(reason));
  await expect(call).rejects.toBe(reason);
  await expect(get(url, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a signal ends the reading of a body, and the connection', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((request, response) => {
    request.socket.once('close', () => closed.resolve());
    response.write('half');
  });
  const caller = new AbortController();
  const { body } = await get(url, caller.signal);
  const reason = new Error('late');
  const read = readWhole(body, caller.signal);
  caller.abort(reason);
  await expect(read).rejects.toBe(reason);
  await closed.promise;
});

test('a body that breaks off fails, though nobody read it at that moment', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  const { body } = await get(url);
  if (!body.closed) await new Promise(resolve => body.once('close', resolve));
  await expect(readWhole(body, never)).rejects.toThrow('closed in the middle');
});

test('a redirect is an answer like any other', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  const { status, body } = await get(url);
  body.resume();
  expect(status).toBe(302);
});
