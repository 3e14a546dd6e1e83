import { describe, expect, test } from 'vitest';
import { isSecretName, maskConnection } from '../../../shared/connections/mask.ts';

describe('names of secrets', () => {
  test.each([
    'password',
    'db_Password ',
    'DB PASSWORD',
    'db-api-key',
    'api.key',
    'x_apikey_y',
    'access_key',
    'access_token',
    'auth_header',
    'Authorization',
    'bearer',
    'connection_string',
    'dsn',
    'extra__google_cloud_platform__keyfile_dict',
    'passphrase',
    'passwd',
    'private_key',
    'proxies',
    'proxy',
    'client_secret',
    'service_account',
    'service_key',
    'webhook_url',
    'token',
    'kube_config',
    'extra__kubernetes__kube_config',
    'kubeconfig',
    'client-key-data',
    'credential',
    'aws credentials',
  ])('%s', name => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    '',
    'user',
    'pass',
    'key',
    'kube_config_path',
    'credentials_path',
    'my_value',
    'tok en',
    'apikéy',
  ])('but not %j', name => {
    expect(isSecretName(name)).toBe(false);
  });
});

test('a masked connection has no secret, and all the rest', () => {
  const connection = {
    conn_type: 'http',
    description: 'd',
    host: 'https://me:s3cret@h.example/a?b=c',
    login: 'me',
    password: 's3cret',
    schema: 's',
    port: 5,
    extra: {
      token: 's3cret',
      use_proxy: true,
      password: '',
      passphrase: null,
      pin_secret: 1234,
      keyfile_dict: { a: 's3cret' },
      project: 'p',
      size: 5,
      on: false,
      none: null,
      headers: [{ Authorization: 's3cret', Accept: '*' }],
      inner: ' {"private_key": "s3cret", "id": 1}',
      rows: '[{"token": "s3cret"}, "x"]',
      notes: '{not JSON',
      endpoint: 'amqp://u:s3cret@a, amqp://u:s3cret@b and amqp://u@c',
      plain: 'a:b@c',
    },
  };
  expect(maskConnection(connection)).toEqual({
    ...connection,
    host: 'https://me:***@h.example/a?b=c',
    password: '***',
    extra: {
      token: '***',
      use_proxy: true,
      password: '',
      passphrase: null,
      pin_secret: '***',
      keyfile_dict: '***',
      project: 'p',
      size: 5,
      on: false,
      none: null,
      headers: [{ Authorization: '***', Accept: '*' }],
      inner: '{"private_key":"***","id":1}',
      rows: '[{"token":"***"},"x"]',
      notes: '{not JSON',
      endpoint: 'amqp://u:***@a, amqp://u:***@b and amqp://u@c',
      plain: 'a:b@c',
    },
  });
});

test('what is not there is not masked', () => {
  const connection = {
    conn_type: 'a',
    description: null,
    host: null,
    login: null,
    password: null,
    schema: null,
    port: null,
    extra: {},
  };
  expect(maskConnection(connection)).toEqual(connection);
  expect(maskConnection({ ...connection, password: '' })).toEqual({ ...connection, password: '' });
});
