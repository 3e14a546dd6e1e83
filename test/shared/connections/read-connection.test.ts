import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../shared/connection.ts';
import { readConnection } from '../../../shared/connections/read-connection.ts';

const empty: Connection = {
  conn_type: '',
  description: null,
  host: null,
  login: null,
  password: null,
  schema: null,
  port: null,
  extra: {},
};

describe('a connection as Airflow has it', () => {
  test.each<[string, unknown, Partial<Connection>]>([
    ['a URI', 'a-b://h', { conn_type: 'a_b', host: 'h', schema: '' }],
    ['JSON in a text', ' {"conn_type": "a", "port": 5}', { conn_type: 'a', port: 5 }],
    ['an object without anything', {}, {}],
    [
      'all parts',
      {
        conn_id: 'c',
        conn_type: 'postgresql',
        description: 'd',
        host: 'H',
        login: 'l',
        password: 'p',
        schema: 's',
        port: '65535',
        extra: '{"a": [1]}',
      },
      {
        conn_type: 'postgres',
        description: 'd',
        host: 'H',
        login: 'l',
        password: 'p',
        schema: 's',
        port: 65_535,
        extra: { a: [1] },
      },
    ],
    [
      'null for what is not there',
      {
        conn_id: null,
        conn_type: null,
        description: null,
        host: null,
        login: null,
        password: null,
        schema: null,
        port: null,
        extra: null,
      },
      {},
    ],
    ['empty texts', { host: '', port: '', extra: '' }, { host: '' }],
    ['an extra that is data', { extra: { a: { b: null } }, port: 0 }, { extra: { a: { b: null } }, port: 0 }],
    ['extra_dejson', { extra_dejson: { a: 1 } }, { extra: { a: 1 } }],
    [
      'a uri in an object',
      { uri: 'a://h', description: 'd' },
      { conn_type: 'a', description: 'd', host: 'h', schema: '' },
    ],
    [
      'a uri beside nothing',
      { conn_id: 'c', uri: 'a://h', host: null, login: '', description: '' },
      { conn_type: 'a', host: 'h', schema: '' },
    ],
    ['a uri that is null', { uri: null, conn_type: 'a' }, { conn_type: 'a' }],
    ['dashes in the type', { conn_type: 'google-cloud-platform' }, { conn_type: 'google_cloud_platform' }],
  ])('%s', (_, value, parts) => {
    expect(readConnection(value, 'c')).toEqual({ ok: true, connection: { ...empty, ...parts } });
  });
});

describe('what is none', () => {
  const port = 'must be a whole number from 0 to 65535';
  test.each<[string, unknown, Record<string, string>]>([
    ['a number', 5, { '': 'must be an object, or a text with a URI' }],
    ['null', null, { '': 'must be an object, or a text with a URI' }],
    ['a list', [], { '': 'must be an object, or a text with a URI' }],
    ['broken JSON', '{"password": "s3cret"', { '': 'is not JSON: write a JSON object' }],
    ['a broken URI', 's3cret', { '': expect.stringMatching(/^is not a connection URI/) }],
    ['another id', { conn_id: 's3cret' }, { conn_id: 'is another than the key it stands under' }],
    [
      'a misspelt key',
      { pasword: 's3cret' },
      { pasword: 'is not a part of a connection; did you mean "password"?' },
    ],
    ['an unknown key', { team_name: 'x' }, { team_name: 'is not a part of a connection' }],
    ['ports', { port: 65_536 }, { port }],
    ['ports below', { port: -1 }, { port }],
    ['ports between', { port: 1.5 }, { port }],
    ['ports in words', { port: 'http' }, { port }],
    ['long ports', { port: '1234567890' }, { port }],
    ['ports of another type', { port: true }, { port }],
    ['an extra that is a list', { extra: ['s3cret'] }, { extra: 'is not a JSON object' }],
    ['an extra that is a number', { extra: 5 }, { extra: 'is not a JSON object' }],
    ['an extra that is a JSON list', { extra: '["s3cret"]' }, { extra: 'is not a JSON object' }],
    ['an extra that is no JSON', { extra: 's3cret' }, { extra: 'is not JSON: write a JSON object' }],
    [
      'both extras',
      { extra: '{}', extra_dejson: {} },
      { extra_dejson: 'is there beside extra: keep one of them' },
    ],
    [
      'a uri and parts',
      { uri: 'a://h', host: 's3cret', port: 5 },
      {
        host: 'stands beside uri, which says it too: keep one of them',
        port: 'stands beside uri, which says it too: keep one of them',
      },
    ],
    ['a uri that is a number', { uri: 5 }, { uri: 'must be a text' }],
    [
      'a uri that is none',
      { uri: 'a_b://h' },
      { uri: 'has a _ in its type, which a URI cannot have: write - instead' },
    ],
    ['a description of another type', { uri: 'a://h', description: 5 }, { description: 'must be a text' }],
    [
      'all at once',
      {
        conn_type: 1,
        host: 2,
        login: 3,
        password: 4,
        schema: 5,
        description: 6,
        port: 'x',
        extra: 'y',
        z: 1,
      },
      {
        z: 'is not a part of a connection',
        conn_type: 'must be a text',
        host: 'must be a text',
        login: 'must be a text',
        password: 'must be a text',
        schema: 'must be a text',
        description: 'must be a text',
        extra: 'is not JSON: write a JSON object',
        port,
      },
    ],
  ])('%s', (_, value, problems) => {
    const reading = readConnection(value, 'c');
    const found = reading.ok ? [] : reading.problems;
    expect(Object.fromEntries(found.map(({ path, message }) => [path, message]))).toEqual(problems);
    expect(found).toHaveLength(Object.keys(problems).length);
    expect(JSON.stringify(reading)).not.toContain('s3cret');
  });
});
