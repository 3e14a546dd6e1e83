import { expect, test } from 'vitest';
import { airflowContext } from '../../shared/template/airflow-context.ts';
import type { Lookup } from '../../shared/template/lookup.ts';
import { parseTemplate, renderTemplate } from '../../shared/template/template.ts';
import { readText } from './page.ts';

const run = {
  dagId: 'etl',
  taskId: 'load',
  runId: 'r1',
  tryNumber: 2,
  mapIndex: -1,
  logicalDate: '2024-01-31T13:05:09+00:00',
  params: { env: 'prod' },
  conf: { x: 'y' },
};
const values: Record<string, unknown> = {
  greeting: 'hello',
  limits: '{"rows": 7}',
  db: { host: 'db.example', port: 5_432, extra: null },
  extract: { rows: 3 },
};

function render(template: string): string {
  const nameOf = (wanted: Lookup): string =>
    wanted.kind === 'variable'
      ? wanted.key
      : wanted.kind === 'connection'
        ? wanted.id
        : (wanted.taskId ?? '');
  return renderTemplate(parseTemplate(template), airflowContext(run), {
    clock: { now: () => 0, monotonicMs: () => 0 },
    lookup: wanted => ({ value: values[nameOf(wanted)] }),
  });
}

const page = readText('docs/templates.md');
const rows = [...page.matchAll(/^\| `(\{[{%].*?[%}]\})` \| `(.*?)` \|/gm)].map(
  ([, template = '', gives = '']) => [template.replaceAll('\\|', '|'), gives] as const,
);

test('the page has examples', () => {
  expect(rows.length).toBe(14);
});

test.each(rows)('%s gives what the page says', (template, gives) => {
  expect(render(template)).toBe(gives);
});

test.each([
  '{{ macros.random() }}',
  '{{ macros.uuid.uuid4() }}',
  '{{ [1] | random }}',
  '{{ macros.yaml.dump(1) }}',
  "{{ macros.ds_format_locale('2024-01-31', '%Y-%m-%d', '%B') }}",
  "{% include 'x' %}",
  '{{ inlets }}',
  '{{ execution_date }}',
  "{{ ''.__class__ }}",
  '{{ [nothing] }}',
])('%s is refused, as the page says', template => {
  expect(() => render(template)).toThrow(/^line 1, column \d+: /);
});
