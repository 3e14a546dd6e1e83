import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loopbackAddress } from '../cluster/support/loopback-address.ts';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import type { RequestFault, StreamFault } from '../proxy/faults.ts';
import { expiredEvent } from '../proxy/live-stream.ts';

const text = 'all of the answer';

let behind: Server;
let seen: string[];
let proxy: FaultProxy;
let endStream: () => void;

beforeEach(async () => {
  seen = [];
  behind = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request);
    seen.push(`${request.method} ${request.url} ${Buffer.concat(chunks)}`);
    if (request.url === '/watch') {
      response.write('first\n');
      endStream = () => response.end('last\n');
      return;
    }
    response.writeHead(seen.length === 1 ? 200 : 412, { 'x-generation': String(seen.length) }).end(text);
  });
  const target = await loopbackAddress(behind);
  proxy = await FaultProxy.start({ target, kindOf: (method, url) => `${method} ${url}` });
});
afterEach(async () => {
  behind.closeAllConnections();
  behind.close();
  await proxy.stop();
});

/** What a client gets: status and body, or `cut` with what had come. */
async function call(method: string, path: string, signal = AbortSignal.timeout(5_000)): Promise<string> {
  const body = method === 'POST' ? { body: 'sent' } : {};
  let got = '';
  try {
    const answer = await fetch(proxy.url + path, { method, signal, ...body });
    got = `${answer.status} `;
    for await (const chunk of answer.body ?? []) got += Buffer.from(chunk).toString();
    return got;
  } catch {
    return `${got}${signal.aborted ? '(nothing more)' : '(cut)'}`;
  }
}

describe('a request', () => {
  test('is passed on whole, and its answer as well', async () => {
    expect([await call('POST', '/a?b=c'), seen]).toEqual([`200 ${text}`, ['POST /a?b=c sent']]);
  });

  test.each<[RequestFault, string, number]>([
    [{ kind: 'answer', status: 429 }, '429 {"kind":"Status","code":429,"message":"chaos"}', 0],
    [{ kind: 'reset' }, '(cut)', 0],
    [{ kind: 'lose answer' }, '(cut)', 1],
    [{ kind: 'twice' }, `412 ${text}`, 2],
    [{ kind: 'slow', ms: 20 }, `200 ${text}`, 1],
    [{ kind: 'cut', afterBytes: 3 }, '200 all(cut)', 1],
    [{ kind: 'cut', afterBytes: 3_000 }, `200 ${text}(cut)`, 1],
    [{ kind: 'expire' }, `200 ${expiredEvent}`, 0],
  ])('meets %j', async (fault, answer, reached) => {
    let met = 0;
    proxy.arm('POST /a', fault, () => {
      met += 1;
    });
    expect(await call('POST', '/other')).toBe(`200 ${text}`);
    seen = [];
    expect([await call('POST', '/a'), seen.length, met]).toEqual([answer, reached, 1]);
  });

  test.each<RequestFault>([{ kind: 'stall' }, { kind: 'fall silent', afterBytes: 3 }])(
    'meets %j until the proxy is mended',
    async fault => {
      proxy.arm('POST /a', fault, () => undefined);
      const stuck = call('POST', '/a', AbortSignal.timeout(200));
      expect(await stuck).toMatch(/\(nothing more\)$/);
      const again = call('POST', '/a');
      expect(await again).toBe(fault.kind === 'stall' ? `200 ${text}` : `412 ${text}`);
    },
  );

  test('meets nothing any more when the proxy is mended', async () => {
    proxy.arm('POST /a', { kind: 'reset' }, () => undefined);
    proxy.mend();
    expect(await call('POST', '/a')).toBe(`200 ${text}`);
  });
});

describe('a stream that is open', () => {
  test('is passed on as it comes', async () => {
    const answer = await fetch(`${proxy.url}/watch`);
    const parts = answer.body?.getReader();
    expect(Buffer.from((await parts?.read())?.value ?? []).toString()).toBe('first\n');
    endStream();
    expect(Buffer.from((await parts?.read())?.value ?? []).toString()).toBe('last\n');
  });

  test.each<[StreamFault, string]>([
    ['cut', '(cut)'],
    ['expire', expiredEvent],
    ['fall silent', '(nothing more)'],
  ])('meets "%s"', async (fault, rest) => {
    const signal = AbortSignal.timeout(1_000);
    const answer = await fetch(`${proxy.url}/watch`, { signal });
    const parts = answer.body?.getReader();
    await parts?.read();
    proxy.disturb('GET /watch', fault, 7, () => undefined);
    if (fault === 'fall silent') endStream();
    const next = parts?.read().then(
      ({ value }) => Buffer.from(value ?? []).toString(),
      () => (signal.aborted ? '(nothing more)' : '(cut)'),
    );
    expect(await next).toBe(rest);
  });

  test('where there is none, the next one meets it', async () => {
    proxy.disturb('GET /watch', 'cut', 502, () => undefined);
    expect(await call('GET', '/watch')).toBe('200 fi(cut)');
  });
});
