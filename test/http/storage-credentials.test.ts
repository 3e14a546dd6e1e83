import { createServer } from 'node:http';
import { Storage } from '@google-cloud/storage';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { expect, onTestFinished, test } from 'vitest';
import { keepAliveAgents } from '../../shared/adapters/google-client.ts';
import { JsonApi } from '../../shared/adapters/storage/json-api.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';

/** The API on a server that takes any token, with a login of its own. */
async function apiWith(login: () => Promise<string>, timeoutMs = 10_000) {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const client = new OAuth2Client();
  client.refreshHandler = async () => ({ access_token: await login(), expiry_date: Date.now() + 3_600_000 });
  const api = new JsonApi({
    storage: new Storage({
      apiEndpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      authClient: new GoogleAuth({ authClient: client }),
    }),
    bucket: 'b',
    agent: keepAliveAgents(),
    clock: new RecordingClock(),
    timeoutMs,
  });
  const call = () =>
    api.call({
      what: 'look at a',
      method: 'GET',
      path: '/storage/v1/b/b/o/a',
      signal: AbortSignal.timeout(5_000),
    });
  return { call, authorizations };
}

test('sends the library’s token, taken once', async () => {
  let logins = 0;
  const { call, authorizations } = await apiWith(async () => `token-${++logins}`);
  await call();
  await call();
  expect(authorizations).toEqual(['Bearer token-1', 'Bearer token-1']);
});

test('a login that is refused is not an outage', async () => {
  const { call, authorizations } = await apiWith(async () => {
    throw Object.assign(new Error('invalid_grant'), { status: 400 });
  });
  await expect(call()).rejects.toMatchObject({
    code: 'storage_refused',
    retryable: false,
    action: expect.stringContaining('gcloud auth application-default login'),
  });
  expect(authorizations).toEqual([]);
});

test('a login that does not answer ends with the call’s time-out', async () => {
  const { call } = await apiWith(() => new Promise(() => undefined), 300);
  await expect(call()).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true });
});
