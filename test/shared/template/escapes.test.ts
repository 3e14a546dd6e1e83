import { describe, expect, test } from 'vitest';
import { airflowContext } from '../../../shared/template/airflow-context.ts';
import { parseTemplate, renderTemplate } from '../../../shared/template/template.ts';
import { TemplateError } from '../../../shared/template/template-error.ts';
import { stillClock } from './rendering.ts';

const context = airflowContext({
  dagId: 'd',
  taskId: 't',
  runId: 'r',
  tryNumber: 1,
  mapIndex: -1,
  logicalDate: '2024-01-31T13:05:09Z',
  params: { name: 'x', list: [1], nested: { a: 1 } },
  conf: {},
});

/** Every kind of value there is. */
const values = [
  "''",
  "'a'|e",
  '1',
  '1.5',
  'true',
  'none',
  '[]',
  '()',
  '{}',
  'range(3)',
  '{}.items()',
  '[1]|map("string")',
  'range',
  'dict',
  'namespace()',
  'namespace(a=1)',
  'cycler(1)',
  'joiner()',
  '"".join',
  '[].append',
  'logical_date',
  'logical_date.add',
  'logical_date.date()',
  'logical_date.tzinfo',
  'macros',
  'macros.datetime',
  'macros.datetime(2024, 1, 1)',
  'macros.timedelta',
  'macros.timedelta(1)',
  'macros.json',
  'macros.json.dumps',
  'params',
  'params.list',
  'params.nested',
  'dag',
  'task',
  'ti',
  'ti.xcom_pull',
  'dag_run',
  'var',
  'var.value',
  'var.json',
  'conn',
];

/** Names that reach out of a value, in Python or in JavaScript. */
const names = [
  '__class__',
  '__mro__',
  '__bases__',
  '__subclasses__',
  '__globals__',
  '__init__',
  '__dict__',
  '__proto__',
  '__defineGetter__',
  '__lookupGetter__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'isPrototypeOf',
  'mro',
  'gi_frame',
  'func_globals',
  'call',
  'apply',
  'bind',
  'caller_',
  'typeName',
  'fields',
  'wallMicros',
  'budget',
];

/** What became of a template: `text` when it printed something, else the kind of its error. */
function outcome(template: string): string {
  try {
    return `text ${renderTemplate(parseTemplate(template), context, { clock: stillClock, lookup: () => ({ value: undefined }) })}`;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.kind;
  }
}

/** Ways to ask a value for a name. */
function waysTo(value: string, name: string): string[] {
  return [
    `{{ (${value}).${name} }}`,
    `{{ (${value})['${name}'] }}`,
    `{{ (${value})|attr('${name}') }}`,
    `{{ '{0.${name}}'.format(${value}) }}`,
    `{{ '{0[${name}]}'.format(${value}) }}`,
    `{{ '{x.${name}}'.format(x=${value}) }}`,
    `{{ '{x.${name}}'.format_map({'x': ${value}}) }}`,
    `{{ ('{0.${name}}'|e).format(${value}) }}`,
    `{{ [${value}]|map(attribute='${name}')|list }}`,
    `{{ [${value}]|sum(attribute='${name}') }}`,
    `{{ [${value}]|selectattr('${name}')|list }}`,
    `{{ [${value}]|groupby('${name}') }}`,
    `{{ [${value}, ${value}]|sort(attribute='${name}') }}`,
    `{{ [${value}]|join(attribute='${name}') }}`,
    `{{ [${value}]|max(attribute='${name}')}}{{ (${value}).${name} }}`,
    `{{ [${value}]|unique(attribute='${name}')|list }}`,
    `{{ (${value}).${name}() }}`,
    `{% set x = ${value} %}{{ x.${name}.${name} }}`,
  ];
}

describe('no way leads out of a value', () => {
  test.each(names)('%s', name => {
    const reached = values
      .flatMap(value => waysTo(value, name))
      .map(template => ({ template, outcome: outcome(template) }))
      .filter(({ outcome: found }) => !['undefined', 'security', 'runtime', 'unsupported'].includes(found));
    expect(reached).toEqual([]);
  });
});

test.each<[string, string]>([
  // The classic ways out of Jinja's sandbox and of JavaScript's template engines.
  ["{{ ''.__class__.__mro__[1].__subclasses__() }}", 'security'],
  ['{{ [].__class__.__base__.__subclasses__() }}', 'security'],
  ["{{ ''['__class__'] }}", 'security'],
  ["{{ ''|attr('__class__') }}", 'security'],
  ["{{ ''|attr('__cla' ~ 'ss__') }}", 'security'],
  ["{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}", 'security'],
  ["{{ ''|attr(['__cl','ass__']|join) }}", 'security'],
  ["{{ '{0.__class__}'.format('') }}", 'security'],
  ["{{ '{0.__class__.__mro__}'.format(1) }}", 'security'],
  ["{{ '{x[__class__]}'.format(x=params) }}", 'security'],
  ["{{ '{0.__class__}'.format_map([1]) }}", 'runtime'],
  ["{{ ('{0.__class__}'|safe).format('') }}", 'security'],
  ["{{ 'x'.format.__self__ }}", 'security'],
  ["{{ ['{0.__class__}']|map('format', '')|list }}", 'runtime'],
  ['{{ range.__globals__ }}', 'security'],
  ['{{ lipsum.__globals__ }}', 'security'],
  ['{{ cycler.__init__.__globals__.os.popen("id") }}', 'security'],
  ['{{ joiner.__init__.__globals__ }}', 'security'],
  ['{{ namespace.__init__.__globals__ }}', 'security'],
  ['{{ dict.__base__ }}', 'security'],
  ['{{ dict.mro() }}', 'undefined'],
  ['{% macro m() %}{% endmacro %}{{ m.__globals__ }}', 'security'],
  ['{% macro m() %}{% endmacro %}{{ m._func }}', 'undefined'],
  ['{% for x in [1] %}{{ loop.__init__ }}{% endfor %}', 'security'],
  ['{{ self.__init__ }}', 'undefined'],
  ['{{ self._TemplateReference__context }}', 'undefined'],
  ['{{ config }}', 'undefined'],
  ['{{ request.application }}', 'undefined'],
  ['{{ nope.__class__ }}', 'undefined'],
  ['{{ (nope|default(params)).__class__ }}', 'security'],
  ["{{ constructor.constructor('return process')() }}", 'undefined'],
  ["{{ ''.constructor.constructor('return process')() }}", 'undefined'],
  ['{{ params.constructor }}', 'undefined'],
  ["{{ params['constructor']['constructor']('return 1')() }}", 'undefined'],
  ['{{ params.__proto__ }}', 'security'],
  ["{{ params['__proto__']['x'] }}", 'security'],
  ["{{ params.get('__proto__') }}", 'text None'],
  ["{{ params.get('constructor') }}", 'text None'],
  ["{{ {}['toString'] }}", 'undefined'],
  ["{{ dict(__proto__=1)['__proto__'] }}", 'text 1'],
  ["{{ {'__proto__': 1, 'constructor': 2} }}", "text {'__proto__': 1, 'constructor': 2}"],
  ["{% set x = {} %}{% do x.update({'__proto__': {'y': 1}}) %}{{ x.y }}{{ {}.y }}", 'undefined'],
  ['{% set ns = namespace() %}{% set ns.__proto__ = {"y": 1} %}{{ ns.y }}', 'undefined'],
  ['{% set ns = namespace() %}{% set ns.constructor = 1 %}{{ ns.constructor }}', 'text 1'],
  ['{% set __proto__ = 1 %}{{ __proto__ }}', 'text 1'],
  ['{{ __proto__ }}', 'undefined'],
  ['{{ constructor }}', 'undefined'],
  ['{{ hasOwnProperty }}', 'undefined'],
  ['{{ globalThis }}', 'undefined'],
  ['{{ process.env }}', 'undefined'],
  ["{{ require('fs') }}", 'undefined'],
  ['{{ this }}', 'undefined'],
  ['{{ 1|constructor }}', 'syntax'],
  ['{{ 1|__proto__ }}', 'syntax'],
  ['{{ 1 is constructor }}', 'syntax'],
  ["{{ [1]|map('constructor')|list }}", 'runtime'],
  ["{{ [1]|select('__proto__')|list }}", 'runtime'],
  ["{{ 'constructor' is filter }}{{ '__proto__' is test }}", 'text FalseFalse'],
  ['{% set x = [] %}{% do x.__setitem__(0, 1) %}', 'security'],
  ["{{ '%(__class__)s' % params }}", 'runtime'],
  ['{{ macros.datetime.strptime.__globals__ }}', 'security'],
  ['{{ macros.json.JSONEncoder }}', 'undefined'],
  ['{{ macros.dateutil.parser.sys }}', 'undefined'],
  ['{{ var.__class__ }}', 'security'],
  ['{{ var.value.__class__ }}', 'security'],
  ['{{ conn.__dict__ }}', 'security'],
  ['{{ ti.__dict__ }}', 'security'],
  ['{{ dag_run.__init__ }}', 'security'],
  ['{% include "/etc/passwd" %}', 'unsupported'],
  ['{% import "os" as os %}', 'unsupported'],
  ['{% from "x" import y %}', 'unsupported'],
  ['{% extends "x" %}', 'unsupported'],
  ['{% debug %}', 'unsupported'],
])('%s ends with %s', (template, expected) => {
  expect(outcome(template)).toBe(expected);
});

test('nothing that a template does changes the prototype of anything', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    outcome(`{% set ns = namespace(${name}={}) %}{% set ns.${name} = {'polluted': 1} %}{{ ns }}`);
    outcome(`{% set x = {'${name}': {'polluted': 1}} %}{{ x|tojson }}{{ x|pprint }}{{ dict(x)|xmlattr }}`);
  }
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
  expect('polluted' in {}).toBe(false);
});
