import { createServer, type RequestListener, type Server } from 'node:http';
import { Storage } from '@google-cloud/storage';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepAliveAgents } from '../../shared/adapters/google-client.ts';
import { googleLogin } from '../../shared/adapters/google-token.ts';
import { JsonApi } from '../../shared/adapters/storage/json-api.ts';
import { systemClock } from '../../shared/time.ts';

let server: Server;
let seen: string[] = [];
let answer: RequestListener;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.setHeader('metadata-flavor', 'Google');
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'lab-project');
  vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  server.closeAllConnections();
});

const tokenPath = /\/instance\/service-accounts\/default\/token/;

test('takes a token with the scopes that GKE needs, asks once, and nothing before the first call', async () => {
  answer = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: 'token-1', expires_in: 3_600, token_type: 'Bearer' }));
  };
  const { token } = googleLogin();
  expect(seen).toEqual([]);
  expect(await Promise.all([token(), token()])).toEqual(['token-1', 'token-1']);
  expect(await token()).toBe('token-1');
  const asked = seen.filter(path => tokenPath.test(path));
  expect(asked).toHaveLength(1);
  const scopes = new URL(asked[0] ?? '', 'http://x').searchParams.get('scopes')?.split(',').sort();
  expect(scopes).toEqual([
    'https://www.googleapis.com/auth/cloud-platform',
    'https://www.googleapis.com/auth/userinfo.email',
  ]);
});

test('a client that is given the login takes no token of its own', async () => {
  answer = (request, response) => {
    response.setHeader('content-type', 'application/json');
    const isToken = tokenPath.test(request.url ?? '');
    response.end(
      JSON.stringify(isToken ? { access_token: 'token-1', expires_in: 3_600, token_type: 'Bearer' } : {}),
    );
  };
  const login = googleLogin();
  const address = server.address();
  const apiEndpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const api = new JsonApi({
    storage: new Storage({ apiEndpoint, authClient: login.auth }),
    bucket: 'b',
    agent: keepAliveAgents(),
    clock: systemClock,
    timeoutMs: 5_000,
  });
  const signal = AbortSignal.timeout(10_000);
  const call = { what: 'look at a', method: 'GET', path: '/storage/v1/b/b/o/a', signal } as const;
  await Promise.all([api.call(call), login.token()]);
  await api.call(call);
  expect(seen.filter(path => tokenPath.test(path))).toHaveLength(1);
  expect(seen.filter(path => path === call.path)).toHaveLength(2);
});

test('a refusal is not retryable and says what to do', async () => {
  answer = (_request, response) => {
    response.writeHead(404).end();
  };
  await expect(googleLogin().token()).rejects.toMatchObject({
    code: 'credentials_refused',
    retryable: false,
    action: expect.stringContaining('gcloud auth application-default login'),
  });
});

test('a token that is forgotten is taken anew', async () => {
  let number = 0;
  answer = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ access_token: `token-${++number}`, expires_in: 3_600, token_type: 'Bearer' }),
    );
  };
  const login = googleLogin();
  login.forget();
  const taken = [await login.token(), await login.token()];
  login.forget();
  taken.push(await login.token(), await login.token());
  const [first, , second] = taken;
  expect(taken).toEqual([first, first, second, second]);
  expect(second).not.toBe(first);
});
