import { describe, expect, test } from 'vitest';
import { input, runOn } from './run-on.ts';
import { TestContext } from './test-context.ts';

/** A bucket with these variables. */
async function holding(variables: Record<string, string>, terminal = false): Promise<TestContext> {
  const context = new TestContext(terminal);
  for (const [key, value] of Object.entries(variables))
    await runOn(context, 'variables', 'set', '--', key, value);
  return context;
}

const missing = 'taskpod: Variable x does not exist\nSee which there are: taskpod variables list\n';

describe('set', () => {
  test('a new one, and another value; the description stays until another is given', async () => {
    const context = new TestContext(false);
    const set = (...args: string[]) => runOn(context, 'variables', 'set', ...args);
    const metadata = async () =>
      (await context.bucket.read('config/variables/x', AbortSignal.timeout(5_000)))?.metadata;
    expect(await set('x', '1', '--description', 'd')).toEqual({
      code: 0,
      out: 'Variable x created\n',
      err: '',
    });
    expect(await metadata()).toEqual({ description: 'd' });
    expect(await set('x', '2')).toEqual({ code: 0, out: 'Variable x replaced\n', err: '' });
    expect([context.bucket.text('config/variables/x'), await metadata()]).toEqual([
      '2',
      { description: 'd' },
    ]);
    expect(await set('x', '', '--description', '')).toEqual({
      code: 0,
      out: 'Variable x replaced\n',
      err: '',
    });
    expect([context.bucket.text('config/variables/x'), await metadata()]).toEqual(['', {}]);
  });

  test('--json stores a JSON text, as Airflow does', async () => {
    const context = new TestContext(false);
    const said = [
      await runOn(context, 'variables', 'set', '-j', 'x', '{"a":1}'),
      await runOn(context, 'variables', 'set', '--json', 'x', 'b'),
    ];
    expect(said.map(({ out }) => out)).toEqual([
      '{"key":"x","created":true}\n',
      '{"key":"x","created":false}\n',
    ]);
    expect(context.bucket.text('config/variables/x')).toBe('"b"');
  });

  test.each([
    ['a\nb\n', 'a\nb'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    ['a\r', 'a\r'],
    ['', ''],
    ['-', '-'],
    ['\ufeffa', '\ufeffa'],
  ])('from the standard input: %j', async (text, stored) => {
    const context = new TestContext(false);
    context.stdin = input(text);
    expect((await runOn(context, 'variables', 'set', 'x', '-')).code).toBe(0);
    expect(context.bucket.text('config/variables/x')).toBe(stored);
  });

  test('bytes that are no text', async () => {
    const context = new TestContext(false);
    context.stdin = (async function* () {
      yield Buffer.from([0xff]);
    })();
    expect(await runOn(context, 'variables', 'set', 'x', '-')).toEqual({
      code: 2,
      out: '',
      err: 'taskpod: the standard input is not UTF-8 text\nEncode it as text first, for example with base64.\n',
    });
  });

  test.each([
    [['', 'v'], 'taskpod: the key of a variable is empty\nUse another key.\n'],
    [['..', 'v'], 'taskpod: the key of a variable cannot be . or ..\nUse another key.\n'],
    [
      ['x', 'v'.repeat(1_048_577)],
      'taskpod: the variable x has 1048577 bytes; at most 1048576 are taken\nNothing was set. Put large data into a bucket, and its address into the variable.\n',
    ],
  ])('%#: what cannot be set', async (args, err) => {
    const context = new TestContext(false);
    expect(await runOn(context, 'variables', 'set', ...args)).toEqual({ code: 2, out: '', err });
    expect(context.bucket.names()).toEqual([]);
  });

  test.each([false, true])('somebody else is faster; it was there: %s', async isThere => {
    const context = await holding(isThere ? { x: 'old' } : {});
    context.bucket.fault = call => {
      if (!call.startsWith('replace')) return;
      context.bucket.fault = undefined;
      return runOn(new Sharing(context), 'variables', 'set', 'x', 'theirs').then(() => undefined);
    };
    expect(await runOn(context, 'variables', 'set', 'x', 'mine')).toEqual({
      code: 1,
      out: '',
      err: 'taskpod: somebody else has changed the variable x in this moment; it was not set\nSee what it is now: taskpod variables get x. Then set it again.\n',
    });
    expect(context.bucket.text('config/variables/x')).toBe('theirs');
  });

  test.each([
    ['my_value', 'Use it in a task: {{ var.value.my_value }}'],
    ['my.value', 'Use it in a task: {{ var.value.get("my.value") }}'],
  ])('a terminal says how %s is used', async (key, hint) => {
    expect(await runOn(new TestContext(true), 'variables', 'set', key, 'v')).toEqual({
      code: 0,
      out: `Variable ${key} created\n`,
      err: `<dim>${hint}\n</>`,
    });
  });
});

/** Another person with the same bucket. */
class Sharing extends TestContext {
  readonly #other: TestContext;

  constructor(other: TestContext) {
    super(false);
    this.#other = other;
  }

  override store() {
    return this.#other.store();
  }
}

describe('get', () => {
  test.each<[string, string[], { code: number; out: string; err: string }]>([
    ['v', [], { code: 0, out: 'v\n', err: '' }],
    ['v', ['-d', 'other'], { code: 0, out: 'v\n', err: '' }],
    ['a\n\x1b[2J', [], { code: 0, out: 'a\n\x1b[2J\n', err: '' }],
    ['{ "ä": 1.0 }', ['--json'], { code: 0, out: '{"ä": 1.0}\n', err: '' }],
    [
      'v',
      ['-j'],
      {
        code: 1,
        out: '{"error":{"code":"invalid_document","message":"the variable x is not JSON","action":"Print it as it is: taskpod variables get x"}}\n',
        err: '',
      },
    ],
  ])('%j %j', async (value, args, said) => {
    expect(await runOn(await holding({ x: value }), 'variables', 'get', 'x', ...args)).toEqual(said);
  });

  test('a terminal is given no orders', async () => {
    const context = await holding({ x: 'a\n\x1b[2J' }, true);
    expect(await runOn(context, 'variables', 'get', 'x')).toEqual({ code: 0, out: 'a\n^[[2J\n', err: '' });
  });

  test('none', async () => {
    const context = new TestContext(false);
    expect(await runOn(context, 'variables', 'get', 'x')).toEqual({ code: 1, out: '', err: missing });
    expect(await runOn(context, 'variables', 'get', 'x', '--default', 'd')).toEqual({
      code: 0,
      out: 'd\n',
      err: '',
    });
    expect(await runOn(context, 'variables', 'get', 'x', '--default', '', '--json')).toEqual({
      code: 0,
      out: '\n',
      err: '',
    });
    expect((await runOn(context, 'variables', 'get', 'x', '--json')).out).toBe(
      '{"error":{"code":"not_found","message":"Variable x does not exist","action":"See which there are: taskpod variables list"}}\n',
    );
  });

  test('an object that is no text', async () => {
    const context = new TestContext(false);
    await context.bucket.create('config/variables/x', Buffer.from([0xff]), {
      signal: AbortSignal.timeout(5_000),
    });
    const err = 'taskpod: config/variables/x is not UTF-8 text\nSet it again, or delete it.\n';
    expect(await runOn(context, 'variables', 'get', 'x')).toEqual({ code: 1, out: '', err });
  });
});

describe('list', () => {
  const variables = { 'b c': 'one\n\ttwo', a: '', api_token: 's3cret' };
  const updated_at = '2026-01-01T00:00:00.000Z';

  test('cells separated by tabs, in the order of the keys', async () => {
    const context = await holding(variables);
    await context.bucket.create('config/variables/%zz', 'x', { signal: AbortSignal.timeout(5_000) });
    await context.bucket.create('config/variables/a/b', 'x', { signal: AbortSignal.timeout(5_000) });
    await context.bucket.create('config/variables/', '', { signal: AbortSignal.timeout(5_000) });
    await runOn(context, 'variables', 'set', 'a', '', '--description', 'nothing\nyet');
    const time = '2026-01-01T00:00:00Z';
    expect((await runOn(context, 'variables', 'list')).out).toBe(
      `a\t0\t${time}\tnothing yet\napi_token\t6\t${time}\t-\nb c\t8\t${time}\t-\n`,
    );
    expect((await runOn(context, 'variables', 'list', '--show-values')).out).toBe(
      'a\t\tnothing yet\napi_token\t***\t-\nb c\tone two\t-\n',
    );
  });

  test('--json', async () => {
    const context = await holding(variables);
    const rest = { description: null, updated_at };
    expect(JSON.parse((await runOn(context, 'variables', 'list', '--json')).out)).toEqual([
      { key: 'a', size: 0, ...rest },
      { key: 'api_token', size: 6, ...rest },
      { key: 'b c', size: 8, ...rest },
    ]);
    expect(JSON.parse((await runOn(context, 'variables', 'list', '--json', '--show-values')).out)).toEqual([
      { key: 'a', value: '', size: 0, ...rest },
      { key: 'api_token', value: '***', size: 6, ...rest },
      { key: 'b c', value: 'one\n\ttwo', size: 8, ...rest },
    ]);
  });

  test('a table on a terminal', async () => {
    const context = await holding({ key: 'x'.repeat(61) }, true);
    expect((await runOn(context, 'variables', 'list')).out).toBe(
      '<bold>KEY</>  <bold>BYTES</>  <bold>UPDATED</>               <bold>DESCRIPTION</>\nkey  61     2026-01-01T00:00:00Z  -\n',
    );
    expect((await runOn(context, 'variables', 'list', '--show-values')).out.split('\n')[1]).toBe(
      `key  ${'x'.repeat(59)}…  -`,
    );
  });

  test.each([
    [true, 'No variables. Set one with "taskpod variables set KEY VALUE".\n'],
    [false, ''],
  ])('none; terminal: %s', async (terminal, err) => {
    expect(await runOn(new TestContext(terminal), 'variables', 'list')).toEqual({ code: 0, out: '', err });
  });

  test('more than are read at once', async () => {
    const context = await holding(
      Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, `v${n}`])),
    );
    const { out } = await runOn(context, 'variables', 'list', '--show-values');
    expect(out.split('\n').toSorted().slice(1)).toEqual(
      Array.from({ length: 40 }, (_, n) => `k${n}\tv${n}\t-`).toSorted(),
    );
  });

  test('one that is deleted meanwhile is left out', async () => {
    const context = await holding({ a: '1', b: '2' });
    context.bucket.fault = call => {
      if (call !== 'read config/variables/a') return;
      context.bucket.fault = undefined;
      return runOn(new Sharing(context), 'variables', 'delete', 'a').then(() => undefined);
    };
    expect((await runOn(context, 'variables', 'list', '--show-values')).out).toBe('b\t2\t-\n');
  });
});

describe('delete', () => {
  test('one that is there, and then is not', async () => {
    const context = await holding({ x: '1' });
    expect(await runOn(context, 'variables', 'delete', 'x', '--json')).toEqual({
      code: 0,
      out: '{"key":"x","deleted":true}\n',
      err: '',
    });
    expect(await runOn(context, 'variables', 'delete', 'x')).toEqual({ code: 1, out: '', err: missing });
    expect((await runOn(context, 'variables', 'delete', '.')).code).toBe(2);
  });
});

test.each([
  [['variables']],
  [['variables', 'st']],
  [['variables', 'set', 'x']],
  [['variables', 'set', 'x', '-v']],
  [['variables', 'import', 'x', '-a', 'no']],
])('%j is bad usage, and says what to do', async args => {
  const { code, out, err } = await runOn(new TestContext(false), ...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/--help/);
});
