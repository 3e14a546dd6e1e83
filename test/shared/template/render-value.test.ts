import { describe, expect, test } from 'vitest';
import { airflowContext } from '../../../shared/template/airflow-context.ts';
import { collectLookups } from '../../../shared/template/collect-lookups.ts';
import { type Lookup, type LookupAnswer, lookupKey } from '../../../shared/template/lookup.ts';
import { type FetchLookups, renderValue } from '../../../shared/template/render-value.ts';
import { parseTemplate } from '../../../shared/template/template.ts';
import { contextOf, stillClock } from './rendering.ts';

const context = airflowContext({
  dagId: 'etl',
  taskId: 'load',
  runId: 'r1',
  tryNumber: 2,
  mapIndex: -1,
  logicalDate: '2024-01-31T00:00:00Z',
  params: { which: 'bucket', list: ['a', 'b'] },
  conf: {},
});

const variables: Record<string, string> = {
  bucket: 'gs://b',
  settings: '{"size": 1.0, "tags": ["x", "y"], "next": "bucket"}',
  broken: '{',
  first: 'second',
  second: 'third',
  third: 'end',
};
const connections: Record<string, unknown> = {
  db: {
    conn_type: 'postgres',
    host: 'h',
    login: 'u',
    password: 'p',
    port: 5432,
    schema: 's',
    extra: '{"ssl": true}',
  },
  bare: { host: 'only' },
};
const xcoms: Record<string, unknown> = { extract: { rows: 3 }, list: [1, 2], nothing: null };

/** Answers from the tables above, and keeps what was asked in each round. */
function outside(): { fetch: FetchLookups; rounds: Lookup[][] } {
  const rounds: Lookup[][] = [];
  const fetch: FetchLookups = async wanted => {
    rounds.push([...wanted]);
    return wanted.map(lookup => {
      switch (lookup.kind) {
        case 'variable':
          return { value: variables[lookup.key], known: Object.keys(variables) };
        case 'connection':
          return { value: connections[lookup.id], known: Object.keys(connections) };
        default:
          return { value: lookup.key === 'return_value' ? xcoms[lookup.taskId ?? ''] : lookup.key };
      }
    });
  };
  return { fetch, rounds };
}

async function renderAll(value: unknown): Promise<{ value: unknown; problems: unknown; rounds: Lookup[][] }> {
  const { fetch, rounds } = outside();
  return { ...(await renderValue(value, context, fetch, { clock: stillClock })), rounds };
}

describe('data', () => {
  test('has its texts rendered and nothing else', async () => {
    const value = {
      image: 'busybox',
      '{{ ds }}': '{{ ds }}',
      args: ['--n', '{{ 1 + 1 }}', 3, true, null, { deep: 'x{# c #}y' }],
      plain: 'keeps its line end\n',
      env: { A: "{{ params.list|join('-') }}" },
    };
    expect(await renderAll(value)).toEqual({
      value: {
        image: 'busybox',
        '{{ ds }}': '2024-01-31',
        args: ['--n', '2', 3, true, null, { deep: 'xy' }],
        plain: 'keeps its line end\n',
        env: { A: 'a-b' },
      },
      problems: [],
      rounds: [],
    });
  });

  test('has all its problems told at once, with path, line and column', async () => {
    const value = {
      a: '{{ dss }}',
      'a.b': 'ok {{ ds }}',
      a2: ['x\n{{ 1 +', { b: '{% x %}' }],
      same: { b: '{{ run_id }}' },
    };
    expect(await renderAll(value)).toEqual({
      value: { ...value, 'a.b': 'ok 2024-01-31', same: { b: 'r1' } },
      problems: [
        {
          path: 'a',
          line: 1,
          column: 4,
          message: 'line 1, column 4: dss is not defined; did you mean "ds"?',
        },
        { path: 'a2.0', line: 2, column: 1, message: 'line 2, column 1: the tag is not closed: add }}' },
        {
          path: 'a2.1.b',
          line: 1,
          column: 4,
          message: 'line 1, column 4: unexpected tag x: nothing is open',
        },
      ],
      rounds: [],
    });
  });

  test('may have two texts at what looks like the same path', async () => {
    const { value } = await renderAll({ 'a.b': '{{ 1 }}', a: { b: '{{ 2 }}' } });
    expect(value).toEqual({ 'a.b': '1', a: { b: '2' } });
  });

  test('with a key that would reach a prototype keeps it as a key', async () => {
    const { value } = await renderAll(JSON.parse('{"__proto__": "{{ 1 }}", "constructor": "{{ 2 }}"}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":"1","constructor":"2"}');
  });
});

describe('lookups', () => {
  test('are all in one batch, each once', async () => {
    const value = [
      '{{ var.value.bucket }}/{{ var.json.settings.size }}/{{ var.json.settings.tags[1] }}',
      '{{ var.value.bucket }}{{ conn.db.host }}:{{ conn.db.port }}/{{ conn.db.schema }}?{{ conn.db.extra_dejson.ssl }}',
      "{{ ti.xcom_pull('extract').rows }}{{ ti.xcom_pull(task_ids=['extract', 'list']) }}",
    ];
    expect(await renderAll(value)).toEqual({
      value: ['gs://b/1.0/y', 'gs://bh:5432/s?True', "3[{'rows': 3}, [1, 2]]"],
      problems: [],
      rounds: [
        [
          { kind: 'variable', key: 'bucket' },
          { kind: 'variable', key: 'settings' },
          { kind: 'connection', id: 'db' },
          { kind: 'xcom', key: 'return_value', taskId: 'extract' },
          { kind: 'xcom', key: 'return_value', taskId: 'list' },
        ],
      ],
    });
  });

  test('of computed names take another round', async () => {
    const { value, rounds } = await renderAll([
      '{{ var.value[params.which] }}',
      '{{ var.value[var.value[var.value.first]] }}',
      '{{ var.value[var.json.settings.next] }}',
    ]);
    expect(value).toEqual(['gs://b', 'end', 'gs://b']);
    expect(rounds.map(round => round.map(lookupKey))).toEqual([
      ['["variable","first"]', '["variable","settings"]'],
      ['["variable","bucket"]', '["variable","second"]'],
      ['["variable","third"]'],
    ]);
  });

  test('in a loop are found in one round', async () => {
    const loop =
      "{% for name in ['first', 'second', 'third'] %}{{ var.value[name] }} {{ conn[name ~ 'x']|default('-') }};{% endfor %}";
    const { value, rounds } = await renderAll([
      loop,
      '{{ var.json["set" ~ "tings"].tags|join(var.value["fir" ~ "st"]) }}',
    ]);
    expect(value).toEqual(['second -;third -;end -;', 'xsecondy']);
    expect(rounds.map(round => round.map(lookupKey))).toEqual([
      [
        '["variable","first"]',
        '["connection","firstx"]',
        '["variable","second"]',
        '["connection","secondx"]',
        '["variable","third"]',
        '["connection","thirdx"]',
        '["variable","settings"]',
      ],
    ]);
  });

  test('that depend on each other without end stop', async () => {
    const chain =
      '{% set ns = namespace(k="k") %}{% for i in range(9) %}{% set ns.k = var.value.get(ns.k, ns.k ~ "x") %}{% endfor %}';
    const { problems, rounds } = await renderAll([chain]);
    expect(rounds).toHaveLength(4);
    expect(problems).toEqual([
      {
        path: '0',
        line: 1,
        column: 1,
        message: 'reads names that depend on each other too deeply: name them in the template',
      },
    ]);
  });

  test.each<[string, string]>([
    ['{{ var.value.buckett }}', 'line 1, column 14: there is no variable buckett; did you mean "bucket"?'],
    [
      '{{ var.value.zzzzzzzz }}',
      'line 1, column 14: there is no variable zzzzzzzz; set it, or use .get("zzzzzzzz", default)',
    ],
    ['{{ var.json.broken }}', 'line 1, column 13: the variable broken is not JSON: use var.value'],
    ['{{ var.json.settings.sice }}', 'line 1, column 22: the dict has no sice; did you mean "size"?'],
    ['{{ conn.dbb.host }}', 'line 1, column 9: there is no connection dbb; did you mean "db"?'],
    ['{{ conn.db.pasword }}', 'line 1, column 12: the Connection has no pasword'],
    [
      "{{ var.value.get('zzzzzzzz') }}",
      'line 1, column 14: there is no variable zzzzzzzz; set it, or use .get("zzzzzzzz", default)',
    ],
  ])('%s: %s', async (template, message) => {
    const { problems } = await renderAll(template);
    expect(problems).toEqual([expect.objectContaining({ path: '', message })]);
  });

  test.each<[string, string]>([
    ["{{ var.value.get('nope', 'fallback') }}", 'fallback'],
    ["{{ var.value.get('nope', default='f') }}{{ var.value.get('nope', default_var='g') }}", 'fg'],
    ["{{ var.value.get('bucket', 'fallback') }}", 'gs://b'],
    ["{{ var.json.get('nope', {'a': 1}).a }}", '1'],
    ["{{ var.value.nope | default('d') }}{{ var.value.nope is defined }}", 'dFalse'],
    ["{{ var.value['bucket'] }}", 'gs://b'],
    ["{{ conn.get('nope', {'host': 'default'}).host }}", 'default'],
    ["{{ conn.get('db').login }}:{{ conn.db.password }}@{{ conn.db }}", 'u:p@db'],
    ['{{ conn.bare.port }}{{ conn.bare.extra_dejson }}', 'None{}'],
    ["{{ ti.xcom_pull('missing') }}{{ ti.xcom_pull('missing', default=5) }}", 'None5'],
    ["{{ ti.xcom_pull('nothing') is none }}", 'True'],
    ["{{ task_instance.xcom_pull(task_ids='a', key='other') }}", 'other'],
    ['{{ ti.xcom_pull(key="mine") }}', 'mine'],
    ["{{ ti.xcom_pull('extract', map_indexes=[0, 1]) }}", "[{'rows': 3}, {'rows': 3}]"],
    ["{{ ti.xcom_pull('extract', 'other_dag', run_id='r0')['rows'] }}", '3'],
  ])('%s gives %s', async (template, text) => {
    expect(await renderAll(template)).toMatchObject({ value: text, problems: [] });
  });
});

test('what a template uses is told without rendering it', () => {
  const template = parseTemplate(
    "{% if x %}{{ var.value.a ~ var.json['b'].c }}{% endif %}{{ var.value.get('d') }}{{ conn.e.host }}{{ conn.get('f') }}" +
      "{{ ti.xcom_pull(task_ids=('g', 'h'), key='k') }}{{ var.value[x] }}{{ ti.xcom_pull(y) }}{{ other.value.z }}{{ var.value.get(x) }}" +
      "{% for i in ti.xcom_pull() %}{{ i|default(var.value.deep) }}{% endfor %}{{ ti.xcom_pull('q', dag_id='r') }}",
  );
  expect(collectLookups(template)).toEqual({
    names: ['x', 'var', 'conn', 'ti', 'y', 'other', 'i'],
    lookups: [
      { kind: 'variable', key: 'a' },
      { kind: 'variable', key: 'b' },
      { kind: 'variable', key: 'd' },
      { kind: 'connection', id: 'e' },
      { kind: 'connection', id: 'f' },
      { kind: 'xcom', key: 'k', taskId: 'g' },
      { kind: 'xcom', key: 'k', taskId: 'h' },
      { kind: 'xcom', key: 'return_value' },
      { kind: 'variable', key: 'deep' },
    ],
  });
});

test('a fetch that fails is the caller’s to see', async () => {
  const failing = renderValue(
    '{{ var.value.a }}',
    context,
    () => Promise.reject(new Error('storage is down')),
    { clock: stillClock },
  );
  await expect(failing).rejects.toThrow('storage is down');
  const short = await renderValue('{{ var.value.a|default("none") }}', context, async () => [], {
    clock: stillClock,
  });
  expect(short).toEqual({ value: 'none', problems: [] });
  expect(await renderValue('{{ n }}', contextOf({ n: 1 }), async () => [], { clock: stillClock })).toEqual({
    value: '1',
    problems: [],
  });
});

describe('an answer from outside', () => {
  const answered = (text: string, answer: LookupAnswer) =>
    renderValue({ a: text }, context, async wanted => wanted.map(() => answer), { clock: stillClock });

  test('that is a mistake is told where it is used, also beside a default', async () => {
    const problem = 'the variable x is too large: put it elsewhere';
    for (const [text, column] of [
      ['{{ var.value.x }}', 14],
      ["{{ 'ok' }}{{ var.value.get('x', 1) }}", 24],
      ["{{ ti.xcom_pull('x') }}", 7],
    ] as const) {
      const { problems } = await answered(text, { value: undefined, problem });
      expect(problems).toEqual([
        { path: 'a', line: 1, column, message: `line 1, column ${column}: ${problem}` },
      ]);
    }
  });

  test('that is JSON text keeps floats and digits', async () => {
    const json = '{"a": 1.0, "b": 12345678901234567890, "c": [1e2, -0, 1], "d": "1.0"}';
    const text = "{% set x = ti.xcom_pull('t') %}{{ x.a }} {{ x.b }} {{ x.c }} {{ x.d }}";
    expect(await answered(text, { value: 'not this', json })).toEqual({
      value: { a: '1.0 12345678901234567890 [100.0, 0, 1] 1.0' },
      problems: [],
    });
    const plain = "{% set x = ti.xcom_pull('t') %}{{ x }}";
    expect((await answered(plain, { value: null, json: '{"n": [1, true, null, "x"]}' })).value).toEqual({
      a: "{'n': [1, True, None, 'x']}",
    });
  });

  test('of more values than a template has steps is refused before it is read', async () => {
    const json = JSON.stringify(Array.from({ length: 50_000 }, () => 0));
    const { problems } = await answered("{{ ti.xcom_pull('t')[0] }}", { value: null, json });
    expect(problems[0]?.message).toContain('takes more than 50000 steps');
    const fits = JSON.stringify(Array.from({ length: 20_000 }, () => 0));
    expect((await answered("{{ ti.xcom_pull('t')[0] }}", { value: null, json: fits })).value).toEqual({
      a: '0',
    });
  });
});

test('many texts of few steps are over when the time of the task is', async () => {
  let nowMs = 0;
  const clock = { now: () => 0, monotonicMs: () => nowMs++ };
  const texts = Array.from({ length: 3_000 }, () => '{{ 1 }}');
  const { problems } = await renderValue(texts, context, async () => [], { clock });
  expect(problems.at(-1)).toEqual({
    path: '2999',
    line: 1,
    column: 1,
    message: 'line 1, column 1: the templates of the task take longer than 1000 ms together: simplify them',
  });
  expect(problems.length).toBeLessThan(texts.length);
});
