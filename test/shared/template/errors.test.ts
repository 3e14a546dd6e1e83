import { describe, expect, test } from 'vitest';
import { isRetryable } from '../../../shared/errors.ts';
import { hasTemplate, parseTemplate } from '../../../shared/template/template.ts';
import { placeFault, TemplateError } from '../../../shared/template/template-error.ts';
import { errorOf, render } from './rendering.ts';

const data = { params: { table: 'x', secret: 'hunter2' }, names: ['a'], n: 1, ds: '2024-01-31' };

describe('an error tells place and reason', () => {
  test.each<[string, string, number, number, string]>([
    ['{{ dss }}', 'undefined', 1, 4, 'dss is not defined; did you mean "ds"?'],
    ['a\nb {{ nothing_like_it }}', 'undefined', 2, 6, 'nothing_like_it is not defined'],
    ['{{ params.tabel }}', 'undefined', 1, 11, 'the dict has no tabel; did you mean "table"?'],
    ["{{ params['tabel'] }}", 'undefined', 1, 11, 'the dict has no tabel; did you mean "table"?'],
    ['{{ names[3] }}', 'undefined', 1, 10, 'the list has no such element'],
    ['{{ params.x.y.z }}', 'undefined', 1, 11, 'the dict has no x'],
    ['x\r\ny\r\n  {{ ds + 1 }}', 'runtime', 3, 9, '+ does not work between str and int: join texts with ~'],
    ['{{ 😀 }}', 'syntax', 1, 4, 'unexpected character "😀"'],
    ["{{ '😀' + n }}", 'runtime', 1, 8, '+ does not work between str and int: join texts with ~'],
    ['{{ ds|uper }}', 'syntax', 1, 7, 'there is no filter uper; did you mean "upper"?'],
    ['{{ ds is strin }}', 'syntax', 1, 10, 'there is no test strin; did you mean "string"?'],
    ['{{ ds', 'syntax', 1, 1, 'the tag is not closed: add }}'],
    ['{% if n %}\n{{ n }}', 'syntax', 1, 4, 'the block is not closed: add {% endif %}'],
    [
      '{% for x in names %}{% endif %}',
      'syntax',
      1,
      24,
      'unexpected tag endif: expected {% else %} or {% endfor %}',
    ],
    ['{% endif %}', 'syntax', 1, 4, 'unexpected tag endif: nothing is open'],
    ['{{ (1, 2 }}', 'syntax', 1, 10, 'unexpected }: expected )'],
    ['{{ 1 + }}', 'syntax', 1, 8, 'expected an expression, found }}'],
    ['{{ a b }}', 'syntax', 1, 6, 'expected }}, found b'],
    ["{{ 'abc }}", 'syntax', 1, 4, 'the string is not closed'],
    ['{# abc', 'syntax', 1, 1, 'the comment is not closed: add #}'],
    ['{% raw %}abc', 'syntax', 1, 1, 'raw is not closed: add {% endraw %}'],
    [
      '{% include "x" %}',
      'unsupported',
      1,
      4,
      '{% include %} is not supported: there is only one template: write its text here, or use a macro',
    ],
    [
      '{{ [1]|random }}',
      'unsupported',
      1,
      8,
      'random is not supported: a template gives the same text each time it is rendered',
    ],
    [
      '{{ lipsum() }}',
      'unsupported',
      1,
      4,
      'lipsum is not supported: a template gives the same text each time it is rendered',
    ],
    [
      '{{ ds.encode() }}',
      'unsupported',
      1,
      7,
      'encode() is not supported: there are no bytes and no tables here',
    ],
    [
      '{{ names|map("upper") }}',
      'unsupported',
      1,
      10,
      'what this filter gives can only be gone through: add |list or |join',
    ],
    ['{{ n / 0 }}', 'runtime', 1, 6, 'division by zero'],
    ['{{ ds|truncate(1) }}', 'runtime', 1, 7, 'truncate needs a length that is not below that of its end'],
    ['{{ ds|replace("a") }}', 'runtime', 1, 7, 'replace needs the argument new'],
    ['{{ ds|upper(1) }}', 'runtime', 1, 7, 'upper takes at most 0 arguments, 1 are given'],
    ['{{ ds|indent(wide=1) }}', 'runtime', 1, 7, 'indent has no argument wide'],
    ['{{ n() }}', 'runtime', 1, 4, 'a value of type int cannot be called'],
    ['{% for x in n %}{% endfor %}', 'runtime', 1, 13, 'a value of type int cannot be gone through'],
    ['{% for a, b in [[1]] %}{% endfor %}', 'runtime', 1, 8, 'expected 2 values to unpack, found 1'],
    ['{% set ds.x = 1 %}', 'runtime', 1, 8, 'ds is no namespace: make it with {% set ds = namespace() %}'],
    [
      '{% macro m(a) %}{{ a }}{% endmacro %}\n{{ m() }}',
      'undefined',
      2,
      4,
      'the parameter a of the macro m is not given',
    ],
    ['{{ 1 if ds is string and nope == 2 }}', 'undefined', 1, 26, 'nope is not defined'],
    ['{{ "%d" % ds }}', 'runtime', 1, 9, '%d in a format needs a number, not str'],
    ["{{ '{:d}'.format(ds) }}", 'runtime', 1, 11, 'this format does not exist for str'],
    ["{{ ''.__class__ }}", 'security', 1, 7, 'access to __class__ is refused: internals cannot be reached'],
  ])('%s', (template, kind, line, column, reason) => {
    expect(errorOf(template, data)).toEqual({ kind, line, column, reason });
  });

  test('and is one of the project, that no retry mends', () => {
    const error = placeFault(new RangeError('Maximum call stack size exceeded'), 'ab\ncd', 4);
    expect(error).toBeInstanceOf(TemplateError);
    expect({ ...error, message: error.message, retry: isRetryable(error) }).toMatchObject({
      code: 'invalid_message',
      message: 'line 2, column 2: is nested too deeply or too large: simplify it',
      retry: false,
    });
    expect(() => placeFault(new TypeError('a bug'), '', 0)).toThrow('a bug');
  });

  test('but never a value', () => {
    const templates = [
      '{{ params.secret + 1 }}',
      '{{ params.secret.x }}',
      '{{ params.secret|int + params.secret }}',
      '{{ params.secret() }}',
      '{{ "%d" % params.secret }}',
      '{{ params.secret|tojson(params.secret) }}',
      '{{ params[params.secret] }}',
      '{{ [params.secret][params.secret] }}',
      "{{ ''.join([1, params.secret]) }}",
      "{{ params.secret.index('zz') }}",
      '{{ params.secret|batch(params.secret)|list }}',
    ];
    const reasons = templates.map(template => errorOf(template, data).reason);
    expect(reasons.filter(reason => reason.includes('hunter2'))).toEqual([]);
  });
});

test('a template is told from a plain text', () => {
  expect(['{{ x }}', '{% if %}', '{# c #}', 'a{{'].map(hasTemplate)).toEqual([true, true, true, true]);
  expect(['', 'plain', '{ {', '{a}', '}}', '$x', 'a\nb'].map(hasTemplate)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('a template that parses can be rendered many times', () => {
  expect(parseTemplate('a\r\n{{ 1 }}\n').source).toBe('a\n{{ 1 }}');
  expect(render('{% set l = names %}{% do l.append("b") %}{{ l|length }}', data)).toBe('2');
  expect(render('{{ names|length }}', data)).toBe('1');
});
