import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { airflowContext } from '../../../shared/template/airflow-context.ts';
import { collectLookups } from '../../../shared/template/collect-lookups.ts';
import { fromJson } from '../../../shared/template/from-json.ts';
import { lookupKey } from '../../../shared/template/lookup.ts';
import { parseJson } from '../../../shared/template/parse-json.ts';
import { hasTemplate, parseTemplate, renderTemplate } from '../../../shared/template/template.ts';
import { TemplateError } from '../../../shared/template/template-error.ts';
import { PyObject } from '../../../shared/template/value.ts';
import { contextOf, readGolden, render, stillClock } from './rendering.ts';

const data = { s: 'text', n: 3, l: [1, 'a', null], d: { a: { b: 1 } }, __proto__: { hidden: 1 } };

const airflow = airflowContext({
  dagId: 'd',
  taskId: 't',
  runId: 'r',
  tryNumber: 1,
  mapIndex: -1,
  params: {},
  conf: {},
});

/** Renders anything; only a TemplateError may come out instead. */
function attempt(template: string): string | undefined {
  try {
    return renderTemplate(parseTemplate(template), contextOf(data), {
      clock: stillClock,
      limits: { steps: 5_000 },
    });
  } catch (error) {
    if (error instanceof TemplateError) {
      expect(error.line).toBeGreaterThan(0);
      expect(error.column).toBeGreaterThan(0);
      return undefined;
    }
    throw error;
  }
}

const pieces = [
  ...'{{ |}} |{% |%} |{# |#}|{%- |-%}|if |else |elif |endif |for |in |endfor |set |endset|macro |endmacro |call |endcall|filter |endfilter|with |endwith|raw |endraw |do |recursive'.split(
    '|',
  ),
  ...'( ) [ ] { } . , : ; | ~ + - * / // % ** == != < <= > >= = not is and or'.split(' '),
  ...'s n l d x loop ns m caller range dict namespace cycler joiner self none true 0 1 -1 1.5 1e3 99999999999 "a" \'b\' "%s" "{}"'.split(
    ' ',
  ),
  ...'.a .b .upper() .items() .format(1) .__class__ [0] [-1] [1:] [::-1] (1) (a=1) (*l) (**d)'.split(' '),
  ...'|default(1) |list |join |map("upper") |select |sort |tojson |length |batch(2) |attr("x") |round |int |e |pprint'.split(
    ' ',
  ),
  ' ',
  '\n',
  'x',
  '😀',
  '\\',
];

const template = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map(parts => parts.join(''));

describe('any text', () => {
  test('is rendered, or refused with line and column', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => void attempt(text)));
    fc.assert(
      fc.property(template, text => void attempt(text)),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(template, text => void attempt(`{{ ${text} }}`)),
      { numRuns: 3_000 },
    );
  });

  test('that Jinja renders is rendered or refused when a piece of it is lost or doubled', () => {
    const goldens = readGolden('generated.jsonl').map(([text]) => text);
    fc.assert(
      fc.property(
        fc.constantFrom(...goldens),
        fc.nat(),
        fc.nat(20),
        fc.boolean(),
        (text, at, length, isDoubled) => {
          const start = at % (text.length + 1);
          const piece = text.slice(start, start + length);
          attempt(text.slice(0, start) + (isDoubled ? piece + piece : '') + text.slice(start + length));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('without a delimiter is itself, but for its line ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        fc.pre(!hasTemplate(text));
        expect(render(text)).toBe(text.replace(/\r\n?/g, '\n').replace(/\n$/, ''));
      }),
    );
  });

  test('within raw is itself', () => {
    fc.assert(
      fc.property(template, text => {
        fc.pre(!text.includes('endraw') && !text.includes('\r'));
        expect(render(`{% raw %}${text}{% endraw %}|`)).toBe(`${text}|`);
      }),
    );
  });

  test('is a string that comes back from its own literal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        fc.pre(!text.includes('\r'));
        const literal = `'${text.replace(/[\\']/g, '\\$&')}'`;
        expect(render(`{{ ${literal} }}|`)).toBe(`${text}|`);
      }),
    );
  });
});

describe('any data', () => {
  test('comes back as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
        const text = render('{{ v|tojson }}', { v: value });
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('reads the same as JSON and as data, where no float is whole', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), value => {
        const text = JSON.stringify(value);
        fc.pre(!/e|-0|\d{16}/.test(text));
        expect(parseJson(text)).toEqual(fromJson(JSON.parse(text)));
      }),
    );
  });

  test('never gives a JavaScript object or function', () => {
    const isClosed = (value: unknown): boolean =>
      value === null ||
      ['boolean', 'bigint', 'number', 'string'].includes(typeof value) ||
      value instanceof PyObject;
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(isClosed(fromJson(value))).toBe(true);
      }),
    );
    for (const other of [undefined, () => 1, Symbol('x')])
      expect(() => fromJson(other)).toThrow('is not JSON data');
  });

  test('has the keys it has, and no others', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), fc.string(), (dict, key) => {
        const expected = Object.hasOwn(dict, key) ? String(dict[key]) : 'none';
        expect(render('{{ d.get(k, "none") }}', { d: dict, k: key })).toBe(expected);
      }),
    );
  });
});

describe('numbers', () => {
  test('of any size count as in arithmetic without limits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        (a, b) => {
          const shown = render(`{{ (${a}) // ${b} }} {{ (${a}) % ${b} }} {{ (${a}) * ${b} - ${b} }}`);
          const rest = ((a % b) + b) % b;
          expect(shown).toBe(`${(a - rest) / b} ${rest} ${a * b - b}`);
        },
      ),
    );
  });

  test('that are floats read back as the same float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        // JSON has no negative zero that is an int.
        fc.pre(!Object.is(value, -0));
        expect(Object.is(Number(render('{{ v * 1.0 }}', { v: value })), value)).toBe(true);
      }),
    );
  });

  test('are rounded to the nearest decimal', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(6), (scaled, digits) => {
        const value = scaled / 1e6;
        const rounded = Number(render('{{ (v * 1.0)|round(d) }}', { v: value, d: digits }));
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.5 * 10 ** -digits + 1e-9);
      }),
    );
  });
});

test('what a template asks for is among what its text tells, unless the name is computed', () => {
  const key = fc.constantFrom('a', 'b_c', 'get_it', 'items');
  const use = fc.oneof(
    key.map(name => `var.value.${name}`),
    key.map(name => `var.json['${name}']`),
    key.map(name => `var.value.get('${name}', 1)`),
    key.map(name => `conn.${name}.host`),
    key.map(name => `ti.xcom_pull('${name}')`),
    key.map(name => `ti.xcom_pull(task_ids=['${name}', 'other'], key='k')`),
  );
  fc.assert(
    fc.property(fc.array(use, { minLength: 1, maxLength: 4 }), uses => {
      const parsed = parseTemplate(uses.map(text => `{{ ${text} }}`).join(' '));
      const told = new Set(collectLookups(parsed).lookups.map(lookupKey));
      const asked = new Set<string>();
      renderTemplate(parsed, airflow, {
        clock: stillClock,
        lookup: wanted => {
          asked.add(lookupKey(wanted));
          return { value: wanted.kind === 'variable' ? '1' : {} };
        },
      });
      expect([...asked].toSorted()).toEqual([...told].toSorted());
    }),
  );
});
