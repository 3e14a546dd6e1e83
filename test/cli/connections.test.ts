import { describe, expect, test } from 'vitest';
import { input, runOn } from './run-on.ts';
import { TestContext } from './test-context.ts';

const add = (context: TestContext, ...args: string[]) => runOn(context, 'connections', 'add', ...args);
const stored = (context: TestContext, id = 'c'): unknown =>
  JSON.parse(context.bucket.text(`config/connections/${id}.json`) ?? 'null');
const nothing = {
  description: null,
  host: null,
  login: null,
  password: null,
  schema: null,
  port: null,
  extra: {},
};

describe('add', () => {
  test.each<[string, string[], string, object]>([
    [
      'a URI',
      ['--conn-uri', 'a-b://u:p@h:1/s?x=y'],
      '',
      { conn_type: 'a_b', host: 'h', login: 'u', password: 'p', schema: 's', port: 1, extra: { x: 'y' } },
    ],
    [
      'a URI from the standard input',
      ['--conn-uri', '-'],
      'a://h\n',
      { conn_type: 'a', host: 'h', schema: '' },
    ],
    [
      'a URI with another extra and a description',
      ['--conn-uri', 'a://h?x=y', '--conn-extra', '{"z":1}', '--conn-description', 'd'],
      '',
      { conn_type: 'a', host: 'h', schema: '', extra: { z: 1 }, description: 'd' },
    ],
    [
      'JSON',
      ['--conn-json', '{"conn_type":"a","description":"theirs"}'],
      '',
      { conn_type: 'a', description: 'theirs' },
    ],
    [
      'JSON and a description',
      ['--conn-json', '{"conn_type":"a","description":"theirs"}', '--conn-description', 'd'],
      '',
      { conn_type: 'a', description: 'd' },
    ],
    [
      'JSON from the standard input',
      ['--conn-json', '-'],
      ' {"conn_type": "a", "password": "p"}',
      { conn_type: 'a', password: 'p' },
    ],
    [
      'parts',
      [
        '--conn-type',
        'postgresql',
        '--conn-host',
        'H',
        '--conn-login',
        'l',
        '--conn-password',
        'p',
        '--conn-port',
        '5',
        '--conn-schema',
        's',
        '--conn-extra',
        '{"x":[1]}',
        '--conn-description',
        'd',
      ],
      '',
      {
        conn_type: 'postgres',
        host: 'H',
        login: 'l',
        password: 'p',
        port: 5,
        schema: 's',
        extra: { x: [1] },
        description: 'd',
      },
    ],
    [
      'a password from the standard input',
      ['--conn-type', 'a', '--conn-password-stdin'],
      'p\n',
      { conn_type: 'a', password: 'p' },
    ],
  ])('%s', async (_, args, stdin, parts) => {
    const context = new TestContext(false);
    context.stdin = input(stdin);
    expect(await add(context, 'c', ...args)).toEqual({ code: 0, out: 'Connection c created\n', err: '' });
    expect(stored(context)).toEqual({ ...nothing, ...parts });
  });

  const also = (whole: string, option: string) => `  ${option}: stands beside ${whole}, which says it too`;
  test.each<[string, string[], string[]]>([
    ['nothing', [], ['  --conn-type: is required, or --conn-uri, or --conn-json']],
    ['no type', ['--conn-host', 's3cret'], ['  --conn-type: is required, or --conn-uri, or --conn-json']],
    ['an empty type', ['--conn-type', ''], ['  --conn-type: is required, or --conn-uri, or --conn-json']],
    [
      'both',
      ['--conn-uri', 's3cret', '--conn-json', 's3cret'],
      ['  --conn-json: stands beside --conn-uri: keep one of them'],
    ],
    [
      'a URI and parts',
      [
        '--conn-uri',
        'a://s3cret',
        '--conn-type',
        'a',
        '--conn-host',
        's3cret',
        '--conn-login',
        's3cret',
        '--conn-password',
        's3cret',
        '--conn-port',
        '5',
        '--conn-schema',
        '',
      ],
      ['type', 'host', 'login', 'password', 'port', 'schema'].map(part =>
        also('--conn-uri', `--conn-${part}`),
      ),
    ],
    [
      'JSON and parts',
      ['--conn-json', '{"password":"s3cret"}', '--conn-password-stdin', '--conn-extra', 's3cret'],
      ['--conn-password-stdin', '--conn-extra'].map(option => also('--conn-json', option)),
    ],
    [
      'a broken URI',
      ['--conn-uri', 'a://s3cret:s3cret'],
      ['  --conn-uri: has a port that is not a whole number from 0 to 65535'],
    ],
    ['a URI without a type', ['--conn-uri', '//s3cret'], ['  --conn-uri: has no type']],
    [
      'a URI and a broken extra',
      ['--conn-uri', 'a://h', '--conn-extra', 's3cret'],
      ['  --conn-extra: is not JSON: write a JSON object'],
    ],
    ['JSON that is none', ['--conn-json', 's3cret'], ['  --conn-json: is not a JSON object']],
    ['JSON without a type', ['--conn-json', '{}'], ['  --conn-json: has no type']],
    [
      'JSON of other keys',
      ['--conn-json', '{"pasword":"s3cret"}'],
      ['  --conn-json.pasword: is not a part of a connection; did you mean "password"?'],
    ],
    [
      'parts that are wrong',
      ['--conn-type', 'a', '--conn-port', 's3cret', '--conn-extra', '["s3cret"]'],
      ['  --conn-extra: is not a JSON object', '  --conn-port: must be a whole number from 0 to 65535'],
    ],
    [
      'too large',
      ['--conn-type', 'a', '--conn-host', 'x'.repeat(1_048_576)],
      ['  has 1048722 bytes; at most 1048576 are taken'],
    ],
  ])('%s', async (_, args, problems) => {
    const context = new TestContext(false);
    const said = await add(context, 'c', ...args);
    expect(said).toEqual({
      code: 2,
      out: '',
      err: [
        'taskpod: the connection c is not valid',
        ...problems,
        'Nothing was added. See the options with --help.',
        '',
      ].join('\n'),
    });
    expect(JSON.stringify(said)).not.toContain('s3cret');
    expect(context.bucket.names()).toEqual([]);
  });

  test('two passwords are bad usage', async () => {
    const said = await add(
      new TestContext(false),
      'c',
      '--conn-type',
      'a',
      '--conn-password',
      's3cret',
      '--conn-password-stdin',
    );
    expect([said.code, said.out]).toEqual([2, '']);
    expect(said.err).not.toContain('s3cret');
  });

  test('an id that is none', async () => {
    const err =
      'taskpod: the id of a connection must be letters, digits, and any of _ # ! ( ) - . : / \\\nUse another id.\n';
    for (const args of [
      ['add', 'a b', '--conn-uri', 'a://h'],
      ['get', 'a b'],
      ['delete', 'a b'],
    ])
      expect(await runOn(new TestContext(false), 'connections', ...args)).toEqual({ code: 2, out: '', err });
  });

  test('one that is there stays', async () => {
    const context = new TestContext(false);
    expect((await add(context, 'c', '--conn-uri', 'a://u:s3cret@h', '--json')).out).toBe(
      `${JSON.stringify({ conn_id: 'c', conn_type: 'a', description: null, host: 'h', login: 'u', password: '***', schema: '', port: null, extra: {} })}\n`,
    );
    expect(await add(context, 'c', '--conn-uri', 'b://other')).toEqual({
      code: 1,
      out: '',
      err: 'taskpod: a connection c exists already\nDelete it first: taskpod connections delete c. Or import it with --overwrite.\n',
    });
    expect(stored(context)).toMatchObject({ conn_type: 'a' });
  });
});

describe('get, list, delete', () => {
  async function two(terminal = false): Promise<TestContext> {
    const context = new TestContext(terminal);
    const extra = '{"token":"s3cret","n":1}';
    await add(
      context,
      'b',
      '--conn-type',
      'a',
      '--conn-login',
      'l',
      '--conn-password',
      's3cret',
      '--conn-extra',
      extra,
    );
    await add(context, 'a/1', '--conn-uri', 'http://https://h:80/s', '--conn-description', 'one\ntwo');
    return context;
  }
  const missing = 'taskpod: Connection x does not exist\nSee which there are: taskpod connections list\n';

  test('get', async () => {
    const context = await two();
    expect((await runOn(context, 'connections', 'get', 'b')).out).toBe(
      'conn_id    b\nconn_type  a\nlogin      l\npassword   ***\nextra      {\n             "token": "***",\n             "n": 1\n           }\n',
    );
    expect((await runOn(context, 'connections', 'get', 'a/1')).out).toBe(
      'conn_id      a/1\nconn_type    http\ndescription  one\n             two\nhost         https://h\nschema       s\nport         80\n',
    );
    expect(JSON.parse((await runOn(context, 'connections', 'get', 'b', '--json')).out)).toEqual({
      ...nothing,
      conn_id: 'b',
      conn_type: 'a',
      login: 'l',
      password: '***',
      extra: { token: '***', n: 1 },
    });
  });

  test('list', async () => {
    const context = await two();
    expect((await runOn(context, 'connections', 'list')).out).toBe(
      'a/1\thttp\thttps://h\t80\t-\ts\tone two\nb\ta\t-\t-\tl\t-\t-\n',
    );
    const all: unknown = JSON.parse((await runOn(context, 'connections', 'list', '--json')).out);
    expect(all).toMatchObject([
      { conn_id: 'a/1', port: 80 },
      { conn_id: 'b', password: '***', extra: { token: '***' } },
    ]);
    expect((await runOn(await two(true), 'connections', 'list')).out.split('\n')[1]).toBe(
      'a/1  http  https://h  80    -      s       one two',
    );
  });

  test.each([
    [true, 'No connections. Add one with "taskpod connections add ID --conn-uri URI".\n'],
    [false, ''],
  ])('none; terminal: %s', async (terminal, err) => {
    expect(await runOn(new TestContext(terminal), 'connections', 'list')).toEqual({ code: 0, out: '', err });
  });

  test('what is not there', async () => {
    for (const command of ['get', 'delete'])
      expect(await runOn(new TestContext(false), 'connections', command, 'x')).toEqual({
        code: 1,
        out: '',
        err: missing,
      });
    expect((await runOn(new TestContext(false), 'connections', 'get', 'x', '--json')).out).toBe(
      '{"error":{"code":"not_found","message":"Connection x does not exist","action":"See which there are: taskpod connections list"}}\n',
    );
  });

  test('delete', async () => {
    const context = await two();
    expect((await runOn(context, 'connections', 'delete', 'b')).out).toBe('Connection b deleted\n');
    expect((await runOn(context, 'connections', 'delete', 'a/1', '--json')).out).toBe(
      '{"conn_id":"a/1","deleted":true}\n',
    );
    expect(context.bucket.names()).toEqual([]);
  });

  test('an object that somebody else has written is told without what is in it', async () => {
    const context = new TestContext(false);
    const options = { signal: AbortSignal.timeout(5_000) };
    await context.bucket.create('config/connections/c.json', '{"port":"s3cret"}', options);
    const said = await runOn(context, 'connections', 'get', 'c');
    expect(said).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^taskpod: the connection c is not valid: port: /),
    });
    expect(said.err).not.toContain('s3cret');
  });
});
