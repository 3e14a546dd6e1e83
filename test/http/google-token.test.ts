import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { googleTokenSource } from '../../shared/adapters/google-token.ts';

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
  const token = googleTokenSource();
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

test('a refusal is not retryable and says what to do', async () => {
  answer = (_request, response) => {
    response.writeHead(404).end();
  };
  await expect(googleTokenSource()()).rejects.toMatchObject({
    code: 'credentials_refused',
    retryable: false,
    action: expect.stringContaining('gcloud auth application-default login'),
  });
});
