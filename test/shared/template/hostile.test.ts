import { describe, expect, test } from 'vitest';
import { renderValue } from '../../../shared/template/render-value.ts';
import { parseTemplate, renderTemplate } from '../../../shared/template/template.ts';
import { TemplateError } from '../../../shared/template/template-error.ts';
import { hostileTemplates, hostileTexts } from './hostile.ts';
import { contextOf, errorOf, render, stillClock } from './rendering.ts';

/** Long templates make long names of tests. */
const named = (templates: readonly string[]): [string, string][] =>
  templates.map(template => [template.slice(0, 100), template]);

/** Milliseconds of this thread's CPU that parsing and rendering take, best of three: other processes may hold the machine. */
function bestMs(template: string): number {
  const times = [1, 2, 3].map(() => {
    const before = process.threadCpuUsage();
    try {
      renderTemplate(parseTemplate(template), contextOf({}), { clock: stillClock });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
    }
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

describe('a template that costs without end stops within 100 ms, without looking at the clock', () => {
  test.each(named(hostileTemplates))('%s', (_, template) => {
    expect(['limit', 'runtime', 'undefined']).toContain(errorOf(template).kind);
    expect(bestMs(template)).toBeLessThan(100);
  });

  test.each(named(hostileTexts))('%s', (_, template) => {
    expect(['limit', 'syntax']).toContain(errorOf(template).kind);
    expect(bestMs(template)).toBeLessThan(100);
  });
});

describe('each limit', () => {
  test.each<[string, Parameters<typeof errorOf>[2], string]>([
    [
      '{% for i in range(99) %}{% endfor %}',
      { limits: { steps: 50 } },
      'takes more than 50 steps: loop over less',
    ],
    [
      "{{ 'a' * 11 }}",
      { limits: { textLength: 10 } },
      'makes a text of more than 10 characters: make it shorter',
    ],
    [
      "{% for i in range(9) %}{% set x = 'a' ~ i %}{% endfor %}",
      { limits: { totalText: 15 } },
      'makes texts of more than 15 characters in all: make them shorter',
    ],
    [
      '{{ "é" ~ "é" }}',
      { limits: { outputBytes: 3 } },
      'prints more than 3 bytes: put large data in a bucket',
    ],
    ['{{ [[[[1]]]] }}', { limits: { depth: 4 } }, 'is nested deeper than 4 levels: simplify it'],
    ['{{ 10**5000 }}', {}, 'makes a number of more than 4300 digits'],
  ])('%s', (template, options, reason) => {
    expect(errorOf(template, {}, options)).toMatchObject({ kind: 'limit', reason });
  });

  test('of time, by the clock that is handed in', () => {
    let ms = 0;
    const clock = { now: () => 0, monotonicMs: () => (ms += 10) };
    const template = '{% for i in range(9999) %}{{ i }}{% endfor %}';
    expect(errorOf(template, {}, { clock, limits: { timeMs: 50 } })).toMatchObject({
      kind: 'limit',
      reason: 'takes longer than 50 ms: loop over less',
    });
  });
});

test('what people write stays far below the limits', () => {
  expect(render('{% for i in range(3000) %}{{ i }},{% endfor %}')).toHaveLength(13_890);
  expect(render("{{ 'x' * 200000 }}")).toHaveLength(200_000);
  expect(render(`${'{% if true %}'.repeat(60)}deep${'{% endif %}'.repeat(60)}`)).toBe('deep');
  expect(
    render('{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(30) }}'),
  ).toMatch(/10$/);
});

test('many costly texts share their steps', async () => {
  const costly = '{% for i in range(100000) %}{% endfor %}';
  const value = [...Array.from({ length: 300 }, () => costly), '{{ 1 + 1 }}'];
  const start = performance.now();
  const rendered = await renderValue(value, contextOf({}), async () => [], { clock: stillClock });
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(rendered.problems).toHaveLength(300);
  expect(rendered.value).toEqual([...Array.from({ length: 300 }, () => costly), '2']);
});
