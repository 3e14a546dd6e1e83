import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { input, runOn } from './run-on.ts';
import { TestContext } from './test-context.ts';

const golden = join(import.meta.dirname, '..', 'shared', 'connections', 'golden');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The text of every object. */
const bucketOf = ({ bucket }: TestContext) =>
  Object.fromEntries(bucket.names().map(name => [name, bucket.text(name)]));

async function imported(kind: 'variables' | 'connections', text: string, name: string, ...args: string[]) {
  const context = new TestContext(false);
  const file = join(folder, name);
  await writeFile(file, text);
  const said = await runOn(context, kind, 'import', file, ...args);
  return { context, said: { ...said, err: said.err.replaceAll(file, 'FILE') }, bucket: bucketOf(context) };
}

describe("Airflow's own exports", () => {
  const text = (name: string) => readFileSync(join(golden, name), 'utf8');
  const fromGiven = async (kind: 'variables' | 'connections') =>
    (await imported(kind, text(`given-${kind}.json`), 'given.json')).context;

  test('variables: exported character by character', async () => {
    const { out } = await runOn(await fromGiven('variables'), 'variables', 'export', '-');
    expect(out.trimEnd()).toBe(text('variables.json.txt').trimEnd());
  });

  test('variables: imported as Airflow had them', async () => {
    const { bucket } = await imported('variables', text('variables.json.txt'), 'v.json');
    // Airflow wrote the JSON that stood in a text as data.
    const expected = {
      ...bucketOf(await fromGiven('variables')),
      'config/variables/json_text': '{\n  "a": 1\n}',
    };
    expect(bucket).toEqual(expected);
  });

  test.each(['json', 'env'])('connections: exported character by character as %s', async format => {
    const args = ['connections', 'export', '-', '--unmasked', '--file-format', format];
    const { out } = await runOn(await fromGiven('connections'), ...args);
    expect(out.trimEnd()).toBe(text(`connections.${format}.txt`).trimEnd());
  });

  test.each(['json', 'yaml'])('connections: imported from %s as Airflow had them', async format => {
    const { said, bucket } = await imported('connections', text(`connections.${format}.txt`), `c.${format}`);
    expect(said).toEqual({ code: 0, out: '5 of 5 connections imported\n', err: '' });
    expect(bucket).toEqual(bucketOf(await fromGiven('connections')));
  });

  test.each([
    ['yaml', ''],
    ['env', 'json'],
  ])('connections: exported as %s %s, and read again', async (format, serialization) => {
    const more = serialization === '' ? [] : ['--serialization-format', serialization];
    const context = await fromGiven('connections');
    const { out } = await runOn(
      context,
      'connections',
      'export',
      '-',
      '--unmasked',
      '--file-format',
      format,
      ...more,
    );
    expect((await imported('connections', out, `c.${format}`)).bucket).toEqual(bucketOf(context));
  });
});

describe('import of variables', () => {
  test.each<[string, string, Record<string, string>]>([
    [
      'x.yaml',
      'a: yes\nb: "yes"\nc: 010\nd: 2024-01-01\ne: [1, 1.5]\nf: {value: v, description: d}\n1: x\ng: 1:30\nh: y\ni: N\n',
      {
        a: 'true',
        b: 'yes',
        c: '8',
        d: '2024-01-01',
        e: '[\n  1,\n  1.5\n]',
        f: 'v',
        1: 'x',
        g: '90',
        h: 'y',
        i: 'N',
      },
    ],
    ['x.YML', 'a: 12345678901234567890', { a: '12345678901234567890' }],
    ['x.env', '# comment\n  # another\n\na=b=c\r\nd= e \n', { a: 'b=c', d: ' e ' }],
    ['x.json', '\ufeff{"a": "b", "a": "c"}', { a: 'c' }],
    ['empty.json', '{}', {}],
  ])('%s', async (name, text, variables) => {
    const { said, bucket } = await imported('variables', text, name);
    const count = Object.keys(variables).length;
    expect(said).toEqual({
      code: 0,
      out: `${count} of ${count} variable${count === 1 ? '' : 's'} set\n`,
      err: '',
    });
    expect(bucket).toEqual(
      Object.fromEntries(Object.entries(variables).map(([key, value]) => [`config/variables/${key}`, value])),
    );
  });

  test.each([
    ['x.json', '{"a": "s3cret"', 'FILE is not JSON'],
    ['x.json', '["s3cret"]', 'FILE does not hold an object'],
    ['x.yaml', 'a: s3cret\nb: [s3cret', 'FILE is not YAML: line 2, bad indent'],
    ['x.yaml', 'a: !s3cret b', 'FILE is not YAML: line 1, tag resolve failed'],
    ['x.yaml', '- s3cret', 'FILE does not hold an object'],
    ['x.yaml', '', 'FILE does not hold an object'],
    ['x.yaml', 'a: &a [*a]', 'FILE is not a YAML object of plain values'],
    ['x.env', 'a=b\ns3cret', 'FILE is not of NAME=value lines: see line 2'],
    ['x.env', '=s3cret', 'FILE is not of NAME=value lines: see line 1'],
    ['x.env', 'a=', 'FILE is not of NAME=value lines: see line 1'],
    ['x.env', 'a=s3cret\na=b', 'FILE has "a" twice: see line 2'],
  ])('%s %j', async (name, text, message) => {
    const { said, bucket } = await imported('variables', text, name);
    expect(said).toEqual({
      code: 2,
      out: '',
      err: `taskpod: ${message}\nNothing was imported. Mend the file.\n`,
    });
    expect(bucket).toEqual({});
  });

  test('a file of another kind, and one that is not there', async () => {
    expect((await imported('variables', '{}', 'x.txt')).said.err).toBe(
      'taskpod: FILE: its name does not say what it is\nGive a .json, .yaml or .env file, or JSON on the standard input with -.\n',
    );
    expect((await runOn(new TestContext(false), 'variables', 'import', 'no.json')).err).toBe(
      'taskpod: no.json: there is no such file\nGive the path of a .json, .yaml or .env file, or - for the standard input.\n',
    );
  });

  test('all problems at once, and nothing is set', async () => {
    const text = JSON.stringify({ good: 'x', '': 'x', 'a\nb': 'x', c: { value: 's3cret', description: 5 } });
    const { said, bucket } = await imported('variables', text, 'x.json');
    expect(said).toEqual({
      code: 2,
      out: '',
      err: 'taskpod: FILE has 3 problems\n  is empty\n  a\nb: holds a control character\n  c: has a description that is not a text\nNothing was imported. Mend the file.\n',
    });
    expect(bucket).toEqual({});
  });

  test.each([
    ['overwrite', { code: 0, out: '2 of 2 variables set\n', err: '' }, { a: 'new', b: 'new' }],
    [
      'skip',
      { code: 0, out: '1 of 2 variables set\n', err: 'Skipped, as they are there already: a\n' },
      { a: 'old', b: 'new' },
    ],
    [
      'fail',
      {
        code: 1,
        out: '',
        err: 'taskpod: a: there already\nNothing was imported. Use --action-on-existing-key overwrite, or skip.\n',
      },
      { a: 'old' },
    ],
  ])('on existing key: %s', async (action, expected, variables) => {
    const context = new TestContext(false);
    await runOn(context, 'variables', 'set', 'a', 'old');
    context.stdin = input('{"a":"new","b":"new"}');
    expect(await runOn(context, 'variables', 'import', '-', '-a', action)).toEqual(expected);
    expect(bucketOf(context)).toEqual(
      Object.fromEntries(Object.entries(variables).map(([key, value]) => [`config/variables/${key}`, value])),
    );
  });

  test('more than are written at once', async () => {
    const context = new TestContext(false);
    const names = Array.from({ length: 40 }, (_, n) => `k${String(n).padStart(2, '0')}`);
    context.stdin = input(JSON.stringify(Object.fromEntries(names.map(name => [name, name]))));
    expect(JSON.parse((await runOn(context, 'variables', 'import', '-', '--json')).out)).toEqual({
      created: names,
      replaced: [],
      skipped: [],
      failed: [],
    });
    expect(bucketOf(context)).toEqual(
      Object.fromEntries(names.map(name => [`config/variables/${name}`, name])),
    );
  });

  test('"fail" without anything there, as JSON', async () => {
    const context = new TestContext(false);
    context.stdin = input('{"a":"new"}');
    expect((await runOn(context, 'variables', 'import', '-', '-a', 'fail', '--json')).out).toBe(
      '{"created":["a"],"replaced":[],"skipped":[],"failed":[]}\n',
    );
  });

  test.each(['variables', 'connections'])(
    '%s that somebody else changes in this moment are told',
    async kind => {
      const context = new TestContext(false);
      context.bucket.fault = async (call, moment) => {
        if (moment !== 'before' || !/^(replace|create) .*\/b(\.json)?$/.test(call)) return;
        context.bucket.fault = undefined;
        await context.bucket.create(call.split(' ')[1] ?? '', 'theirs', { signal: context.signal });
      };
      context.stdin = input('{"a":"x://h","b":"x://h"}');
      const { code, out, err } = await runOn(
        context,
        kind,
        'import',
        '-',
        ...(kind === 'connections' ? ['--overwrite'] : []),
      );
      expect({ code, out, err }).toEqual({
        code: 1,
        out: kind === 'connections' ? '1 of 2 connections imported\n' : '1 of 2 variables set\n',
        err: expect.stringMatching(
          /^Not \w+, as somebody else has changed them in this moment: b\nImport again\.\n$/,
        ),
      });
    },
  );
});

describe('import of connections', () => {
  test.each<[string, string, Record<string, string | null>]>([
    ['x.env', 'a=x://h1\nb={"conn_type": "y", "host": "h2"}\n', { a: 'h1', b: 'h2' }],
    ['x.yaml', 'a: [x://h1]\nb:\n  conn_type: y\n  host: h2\n  extra:\n    n: 1\n', { a: 'h1', b: 'h2' }],
    ['x.json', '{"a": {"uri": "x://h1"}, "b": {"conn_id": "b", "extra_dejson": {}}}', { a: 'h1', b: null }],
  ])('%s', async (name, text, hosts) => {
    const { said, bucket } = await imported('connections', text, name);
    expect(said).toEqual({ code: 0, out: '2 of 2 connections imported\n', err: '' });
    const found = Object.entries(bucket).map(([key, body]) => [
      key.slice(19, -5),
      JSON.parse(body ?? '').host,
    ]);
    expect(Object.fromEntries(found)).toEqual(hosts);
  });

  test('all problems at once, without a secret, and nothing is added', async () => {
    const text = JSON.stringify({
      good: 'x://h',
      'not good': 'x://h',
      a: 's3cret',
      b: { pasword: 's3cret', port: 's3cret' },
      c: ['x://s3cret', 'y://s3cret'],
      d: 5,
      e: { extra: { n: 12345678901234567890n.toString() } },
      f: { host: 'x'.repeat(1_048_576) },
    });
    const { said, bucket } = await imported('connections', text, 'x.json');
    expect(said.err.split('\n')).toEqual([
      'taskpod: FILE has 7 problems',
      '  not good: must be letters, digits, and any of _ # ! ( ) - . : / \\',
      '  a: is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
      '  b.pasword: is not a part of a connection; did you mean "password"?',
      '  b.port: must be a whole number from 0 to 65535',
      '  c: is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
      '  d: is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
      '  f: has 1048721 bytes; at most 1048576 are taken',
      'Nothing was imported. Mend the file.',
      '',
    ]);
    expect([said.code, said.out, bucket]).toEqual([2, '', {}]);
  });

  test('what is there stays, or is replaced', async () => {
    const context = new TestContext(false);
    const text = '{"a":"x://new","b":"x://new"}';
    await runOn(context, 'connections', 'add', 'a', '--conn-uri', 'x://old');
    context.stdin = input(text);
    expect(await runOn(context, 'connections', 'import', '-')).toEqual({
      code: 0,
      out: '1 of 2 connections imported\n',
      err: 'Skipped, as they are there already: a\nReplace them with --overwrite.\n',
    });
    expect(context.bucket.text('config/connections/a.json')).toContain('"old"');
    context.stdin = input(text);
    expect((await runOn(context, 'connections', 'import', '-', '--overwrite', '--json')).out).toBe(
      '{"created":[],"replaced":["a","b"],"skipped":[],"failed":[]}\n',
    );
    expect(context.bucket.text('config/connections/a.json')).toContain('"new"');
  });
});

describe('export', () => {
  const one = async () => {
    const context = new TestContext(false);
    await runOn(context, 'connections', 'add', 'a', '--conn-uri', 'x://u:s3cret@h');
    await runOn(context, 'variables', 'set', 'a', 'b');
    return context;
  };

  test.each(['variables', 'connections'])('%s: a file for nobody else, whatever stood there', async kind => {
    const file = join(folder, 'export.json');
    await writeFile(file, 'x'.repeat(1_000));
    await chmod(file, 0o666);
    expect((await runOn(await one(), kind, 'export', file)).code).toBe(0);
    expect([(await stat(file)).mode & 0o777, JSON.parse(await readFile(file, 'utf8'))]).toEqual([
      0o600,
      expect.anything(),
    ]);
  });

  test.each([
    [
      ['export', '/dev/null', '--file-format', 'json'],
      '/dev/null is not a file',
      'Give the path of a file to write.',
    ],
    [
      ['export', '/no/such/folder.json'],
      '/no/such/folder.json cannot be written',
      'Give the path of a file to write.',
    ],
    [
      ['export', 'x.txt'],
      'x.txt: its name does not say its format',
      'End it in .json, .yaml or .env, or add --file-format.',
    ],
    [
      ['export', '-'],
      'the export holds passwords, and the standard output may be read by others',
      'Give the name of a file, or add --unmasked.',
    ],
    [
      ['export', 'x.json', '--serialization-format', 'uri'],
      '--serialization-format is for env files alone',
      'Leave it out, or add --file-format env.',
    ],
  ])('%j is refused', async (args, message, action) => {
    const said = await runOn(await one(), 'connections', ...args);
    expect(said).toEqual({ code: 2, out: '', err: `taskpod: ${message}\n${action}\n` });
  });

  test('a pipe that nobody reads is refused', async () => {
    const pipe = join(folder, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    expect((await runOn(await one(), 'connections', 'export', pipe)).err).toBe(
      `taskpod: ${pipe} cannot be written\nGive the path of a file to write.\n`,
    );
  });

  test.each([
    ['x.json', '{\n  "a": {\n    "conn_type": "x",'],
    ['x.yml', 'a:\n  conn_type: "x"'],
    ['x.YAML', 'a:\n  conn_type: "x"'],
    ['x.env', 'a=x://u:s3cret@h\n'],
  ])('the name of %s says its format', async (name, text) => {
    const file = join(folder, name);
    const { err } = await runOn(await one(), 'connections', 'export', file);
    expect(err).toBe(`1 connection exported to ${file}, with passwords\n`);
    expect((await readFile(file, 'utf8')).startsWith(text)).toBe(true);
  });
});
