import { describe, expect, test } from 'vitest';
import { ObjectSources } from '../../../../functions/launch/sources/object-sources.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import {
  attemptObjects,
  connectionObject,
  podTemplateObject,
  variableObject,
} from '../../../../shared/object-names.ts';
import { writeOutcome } from '../../../../shared/outcome.ts';
import type { Attempt } from '../../../../shared/run.ts';
import type { Lookup, LookupAnswer } from '../../../../shared/template/lookup.ts';
import { MemoryStore } from '../../../fakes/memory-store.ts';
import { makeOutcome } from '../make-outcome.ts';

const signal = new AbortController().signal;
const asking = { dagId: 'd', runId: 'r', taskId: 'me', mapIndex: 7 };

/** Sources over a bucket in memory, with a clock that a test moves. */
class Sources {
  readonly store = new MemoryStore();
  nowMs = 0;
  readonly sources = new ObjectSources({ store: this.store, clock: { monotonicMs: () => this.nowMs } });
  readonly calls: string[] = [];

  constructor() {
    this.store.fault = (call, moment) => {
      if (moment === 'before' && !call.startsWith('create')) this.calls.push(call);
    };
  }

  async put(objects: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(objects)) await this.store.create(name, text, { signal });
  }

  async answer(lookup: Lookup): Promise<LookupAnswer | undefined> {
    const [answer] = await this.sources.lookUp([lookup], asking, signal);
    return answer;
  }

  /** An attempt that ended; `result` is its return.json. */
  async ended(attempt: Partial<Attempt>, result: string | null, state: 'success' | 'failed' = 'success') {
    const full = { dagId: 'd', runId: 'r', taskId: 'a', tryNumber: 1, ...attempt };
    const names = attemptObjects(full);
    const xcom = result === null ? null : { object: 'elsewhere', size: 1, sha256: '' };
    const pod = { cluster: 'c', namespace: 'tasks', name: `pod-${full.tryNumber}`, uid: 'u', node: null };
    await this.put({
      [names.outcome]: writeOutcome(makeOutcome({ state, xcom, pod })),
      ...(result === null ? {} : { [names.xcom]: result }),
    });
  }
}

describe('a variable', () => {
  test('is its text, as it is', async () => {
    const under = new Sources();
    await under.put({ [variableObject('a key/ü')]: ' text\n' });
    expect(await under.answer({ kind: 'variable', key: 'a key/ü' })).toEqual({ value: ' text\n' });
    expect(under.calls).toEqual([`readKnown ${variableObject('a key/ü')}`]);
  });

  test('that does not exist has near names, of all that there are', async () => {
    const under = new Sources();
    await under.put(
      Object.fromEntries(Array.from({ length: 150 }, (_, i) => [variableObject(`a${1_000 + i}`), ''])),
    );
    await under.put({ [variableObject('my/bucket')]: 'x', 'config/variables/%E0%A4%A': 'broken name' });
    expect(await under.answer({ kind: 'variable', key: 'my/bucke' })).toEqual({
      value: undefined,
      known: ['my/bucket'],
    });
  });

  test.each(['', '.', '..', '\ud800', 'x'.repeat(1_025)])(
    '%j cannot exist, and is not asked for',
    async key => {
      const under = new Sources();
      expect(await under.answer({ kind: 'variable', key })).toEqual({ value: undefined, known: [] });
      expect(under.calls).toEqual(['list config/variables/']);
    },
  );

  test('that is too large, or no text, is a problem of the template', async () => {
    const under = new Sources();
    await under.store.create(variableObject('big'), Buffer.alloc(1_048_577, 'x'), { signal });
    await under.store.create(variableObject('fits'), Buffer.alloc(1_048_576, 'x'), { signal });
    await under.store.create(variableObject('bytes'), Buffer.from([0xff]), { signal });
    expect(await under.answer({ kind: 'variable', key: 'big' })).toEqual({
      value: undefined,
      problem: 'the variable big has more than 1048576 bytes: put large data elsewhere',
    });
    expect(await under.answer({ kind: 'variable', key: 'bytes' })).toEqual({
      value: undefined,
      problem: 'the variable bytes is not UTF-8 text: set it again',
    });
    expect((await under.answer({ kind: 'variable', key: 'fits' }))?.value).toHaveLength(1_048_576);
  });
});

describe('a connection', () => {
  const stored = { conn_type: 'http', host: 'h', password: 'geheim', port: 80, extra: { a: 1.5, b: ['x'] } };

  test('is as templates see it: its extra is JSON text', async () => {
    const under = new Sources();
    await under.put({
      [connectionObject('a')]: JSON.stringify(stored),
      [connectionObject('b')]: JSON.stringify({ ...stored, extra: {} }),
    });
    const rest = { ...stored, description: null, login: null, schema: null };
    expect(await under.answer({ kind: 'connection', id: 'a' })).toEqual({
      value: { ...rest, extra: '{"a": 1.5, "b": ["x"]}' },
    });
    expect(await under.answer({ kind: 'connection', id: 'b' })).toEqual({ value: { ...rest, extra: null } });
  });

  test('that is missing has near names; one that is broken is told without its content', async () => {
    const under = new Sources();
    await under.put({
      [connectionObject('good')]: '{}',
      [connectionObject('bad')]: '{"password": {"geheim": 1}}',
      'config/connections/no-extension': '{}',
    });
    expect(await under.answer({ kind: 'connection', id: 'goood' })).toEqual({
      value: undefined,
      known: ['good'],
    });
    expect(await under.answer({ kind: 'connection', id: 'no-extensio' })).toEqual({
      value: undefined,
      known: [],
    });
    const problem = 'the connection bad is not valid: add it again with taskpod connections add';
    expect(await under.answer({ kind: 'connection', id: 'bad' })).toEqual({ value: undefined, problem });
    expect(await under.sources.connection('bad', signal)).toEqual({ kind: 'broken', message: problem });
    expect(await under.sources.connection('goood', signal)).toEqual({ kind: 'missing', known: ['good'] });
  });

  test('kubernetes_default, or its absence, is believed for ten seconds', async () => {
    const under = new Sources();
    expect(await under.sources.defaultConnection(signal)).toEqual({ kind: 'missing', known: [] });
    await under.put({ [connectionObject('kubernetes_default')]: '{"host": "h"}' });
    under.nowMs = 9_999;
    expect((await under.sources.defaultConnection(signal)).kind).toBe('missing');
    under.nowMs = 10_000;
    const found = { kind: 'found', value: expect.objectContaining({ host: 'h' }) };
    expect(await under.sources.defaultConnection(signal)).toEqual(found);
    await under.store.remove(connectionObject('kubernetes_default'), { signal });
    expect(await under.sources.defaultConnection(signal)).toEqual(found);
    under.nowMs = 20_000;
    expect((await under.sources.defaultConnection(signal)).kind).toBe('missing');
    expect(under.calls.filter(call => call.startsWith('readKnown'))).toHaveLength(3);
    expect(under.calls.filter(call => call.startsWith('list'))).toEqual([]);
  });

  test('an outage is not believed', async () => {
    const under = new Sources();
    under.store.fault = () => {
      throw new TaskpodError('storage_unavailable', 'away', { retryable: true });
    };
    await expect(under.sources.defaultConnection(signal)).rejects.toThrow('away');
    under.store.fault = undefined;
    expect((await under.sources.defaultConnection(signal)).kind).toBe('missing');
  });
});

test('a Pod template is found by its path, and nothing outside of the folder', async () => {
  const under = new Sources();
  await under.put({ [podTemplateObject('deep/gpu.yaml')]: 'spec: {}', 'config/variables/a': 'geheim' });
  expect(await under.sources.podTemplate('deep/gpu.yaml', signal)).toEqual({
    kind: 'found',
    value: 'spec: {}',
  });
  for (const path of [
    'gone.yaml',
    '../variables/a',
    './deep/gpu.yaml',
    'deep//gpu.yaml',
    '',
    '%2e%2e/variables/a',
  ]) {
    expect(await under.sources.podTemplate(path, signal), path).toEqual({ kind: 'missing', known: [] });
  }
});

test('at most eight reads happen at once, and the answers are in order', async () => {
  const under = new Sources();
  const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);
  await under.put(Object.fromEntries(keys.map(key => [variableObject(key), key])));
  let open = 0;
  let most = 0;
  under.store.fault = async (_call, moment) => {
    open += moment === 'before' ? 1 : -1;
    most = Math.max(most, open);
    await new Promise(resolve => setImmediate(resolve));
  };
  const wanted = keys.map(key => ({ kind: 'variable' as const, key }));
  const answers = await under.sources.lookUp(wanted, asking, signal);
  expect([answers.map(({ value }) => value), most]).toEqual([keys, 8]);
});

test('after the first failure nothing more is begun', async () => {
  const under = new Sources();
  const begun: string[] = [];
  under.store.fault = (call, moment) => {
    if (moment === 'before') begun.push(call);
    throw new TaskpodError('storage_unavailable', 'away', { retryable: true });
  };
  const wanted = Array.from({ length: 30 }, (_, i) => ({ kind: 'variable' as const, key: `k${i}` }));
  await expect(under.sources.lookUp(wanted, asking, signal)).rejects.toThrow('away');
  expect(begun).toHaveLength(8);
});

describe('an XCom', () => {
  const pull = (more: Partial<Extract<Lookup, { kind: 'xcom' }>> = {}): Lookup => ({
    kind: 'xcom',
    key: 'return_value',
    taskId: 'a',
    ...more,
  });

  test('is the JSON text of the newest attempt that ended in success', async () => {
    const under = new Sources();
    await under.ended({ tryNumber: 1 }, '{"n": 1.0}');
    await under.ended({ tryNumber: 2 }, '{"n": 2.0}');
    await under.ended({ tryNumber: 10 }, null, 'failed');
    await under.put({ [attemptObjects({ ...asking, taskId: 'a', tryNumber: 11 }).launch]: '{}' });
    expect(await under.answer(pull())).toEqual({ value: null, json: '{"n": 2.0}' });
  });

  test.each<[string, Parameters<Sources['ended']>[]]>([
    ['has not ended', []],
    ['failed', [[{}, null, 'failed']]],
    ['pushed nothing', [[{}, null]]],
    [
      'pushed nothing the last time',
      [
        [{ tryNumber: 1 }, '1'],
        [{ tryNumber: 2 }, null],
      ],
    ],
    ['is another', [[{ taskId: 'ab' }, '1']]],
    ['is of another run', [[{ runId: 'r2' }, '1']]],
  ])('is nothing of a task that %s', async (_title, attempts) => {
    const under = new Sources();
    for (const attempt of attempts) await under.ended(...attempt);
    expect(await under.answer(pull())).toEqual({ value: undefined });
  });

  test('of an empty file is None', async () => {
    const under = new Sources();
    await under.ended({}, '\n');
    expect(await under.answer(pull())).toEqual({ value: null, json: 'null' });
  });

  test('may be of another DAG or run, and is of the task itself by default', async () => {
    const under = new Sources();
    await under.ended({ dagId: 'd2', runId: 'r2' }, '1');
    await under.ended({ taskId: 'me' }, '2');
    expect(await under.answer(pull({ dagId: 'd2', runId: 'r2' }))).toMatchObject({ json: '1' });
    expect(await under.answer({ kind: 'xcom', key: 'return_value' })).toMatchObject({ json: '2' });
  });

  test('of a mapped task is the list of all, in order, or the one that is asked for', async () => {
    const under = new Sources();
    for (const mapIndex of [10, 2, 0]) await under.ended({ mapIndex }, `{"i": ${mapIndex}}`);
    await under.ended({ mapIndex: 5 }, null, 'failed');
    expect(await under.answer(pull())).toEqual({ value: null, json: '[{"i": 0},{"i": 2},{"i": 10}]' });
    expect(await under.answer(pull({ mapIndex: 2 }))).toMatchObject({ json: '{"i": 2}' });
    expect(await under.answer(pull({ mapIndex: 5 }))).toEqual({ value: undefined });
    expect(await under.answer(pull({ mapIndex: -1 }))).toEqual({ value: undefined });
  });

  test('of a task that was mapped once is that one, and one that was not is no list either', async () => {
    const under = new Sources();
    await under.ended({ mapIndex: 3 }, '3');
    expect(await under.answer(pull())).toEqual({ value: null, json: '3' });
    await under.ended({}, '"plain"');
    expect(await under.answer(pull())).toEqual({ value: null, json: '"plain"' });
    expect(await under.answer(pull({ mapIndex: -1 }))).toEqual({ value: null, json: '"plain"' });
  });

  test('of too many mapped results is a problem', async () => {
    const under = new Sources();
    for (let mapIndex = 0; mapIndex < 101; mapIndex++) await under.ended({ mapIndex }, '1');
    expect(await under.answer(pull())).toEqual({
      value: undefined,
      problem: 'the task has 101 mapped results: pull at most 100, each by map_indexes',
    });
  });

  test('has the Pod of the newest attempt that had one under pod_name and pod_namespace', async () => {
    const under = new Sources();
    await under.ended({ tryNumber: 1 }, null, 'failed');
    await under.ended({ tryNumber: 2 }, null, 'failed');
    expect(await under.answer(pull({ key: 'pod_name' }))).toEqual({ value: 'pod-2', json: '"pod-2"' });
    expect(await under.answer(pull({ key: 'pod_namespace' }))).toEqual({ value: 'tasks', json: '"tasks"' });
    expect(await under.answer(pull({ key: 'other' }))).toEqual({ value: undefined });
  });

  test('is too large, or has gone', async () => {
    const under = new Sources();
    await under.ended({}, 'x'.repeat(1_048_577));
    expect(await under.answer(pull())).toEqual({
      value: undefined,
      problem: 'the results of the task a are too large for a template: read them in the task itself',
    });
    await under.store.remove(attemptObjects({ dagId: 'd', runId: 'r', taskId: 'a', tryNumber: 1 }).xcom, {
      signal,
    });
    expect(await under.answer(pull())).toEqual({
      value: undefined,
      problem: 'the result of the task a is not in the bucket any more: run the task again',
    });
    await under.ended({ mapIndex: 1, taskId: 'n' }, `"${'x'.repeat(524_286)}"`);
    await under.ended({ mapIndex: 2, taskId: 'n' }, `"${'x'.repeat(524_286)}"`);
    expect(await under.answer(pull({ taskId: 'n' }))).toMatchObject({ value: null });
    await under.ended({ mapIndex: 3, taskId: 'n' }, '1');
    expect(await under.answer(pull({ taskId: 'n' }))).toMatchObject({
      problem: expect.stringMatching(/too large/),
    });
    await under.ended({ mapIndex: 1, taskId: 'm' }, '1');
    await under.ended({ mapIndex: 2, taskId: 'm' }, 'x'.repeat(1_048_577));
    expect(await under.answer(pull({ taskId: 'm' }))).toMatchObject({
      problem: expect.stringMatching(/too large/),
    });
  });

  test.each(['', '.', '\ud800', 'x'.repeat(1_025)])('of the task %j is nothing', async taskId => {
    const under = new Sources();
    expect(await under.answer(pull({ taskId }))).toEqual({ value: undefined });
    expect(under.calls).toEqual([]);
  });

  test('is not sent twice', async () => {
    const under = new Sources();
    await under.ended({}, '1');
    const kinds: (string | undefined)[] = [];
    const read = under.store.readKnown.bind(under.store);
    under.store.readKnown = async (...args) => {
      const answer = await read(...args);
      kinds.push(answer?.kind);
      return answer;
    };
    await under.answer(pull());
    await under.answer(pull());
    expect(kinds).toEqual(['content', 'content', 'unchanged', 'unchanged']);
  });
});
