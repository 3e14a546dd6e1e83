import { describe, expect, test } from 'vitest';
import { airflowContext } from '../../shared/template/airflow-context.ts';
import { airflowFilters } from '../../shared/template/airflow-filters.ts';
import { builtinFilters } from '../../shared/template/builtin-filters.ts';
import { builtinGlobals } from '../../shared/template/globals.ts';
import { builtinTests } from '../../shared/template/tests.ts';
import { prepare, prepared } from '../functions/launch/prepare/fake-sources.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/templates.md');
const [task, world] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => JSON.parse(text));
const lines = [...page.matchAll(/```jinja\n(.*?)```/gs)].flatMap(([, text = '']) =>
  text.trimEnd().split('\n'),
);
const split = (separator: string): [string, string][] =>
  lines
    .filter(line => line.includes(separator))
    .map(line => {
      const [template = '', result = ''] = line.split(separator);
      return [template, result];
    });

test('the task of docs/templates.md is rendered as it says', async () => {
  const { task: rendered, run } = await prepared(task, world);
  expect(run).toEqual({ dagId: 'etl', runId: 'scheduled__2024-01-31', taskId: 'load' });
  expect(rendered).toMatchObject({
    image: 'europe-docker.pkg.dev/my-project/etl/load:v1.4.2',
    arguments: ['--day=2024-01-31', '--rows=1234'],
    env_vars: [
      { name: 'TARGET', value: 'gs://out/20240131' },
      { name: 'DB_HOST', value: 'db.internal' },
    ],
    startup_timeout_seconds: 600,
  });
});

describe('the examples of docs/templates.md', () => {
  test('are all of one of the two kinds', () => {
    expect(split(' => ').length + split(' =! ').length).toBe(lines.length);
    expect(split(' => ').length).toBeGreaterThan(25);
  });

  test.each(split(' => '))('%s is %s', async (template, text) => {
    const { task: rendered } = await prepared({ ...task, arguments: [template] }, world);
    expect(rendered.arguments).toEqual([text]);
  });

  test.each(split(' =! '))('%s: %s', async (template, message) => {
    expect(await prepare({ ...task, arguments: [template] }, world)).toMatchObject({
      ok: false,
      reason: 'template_failed',
      problems: [{ path: 'arguments.0', message }],
    });
  });
});

describe('the tables of docs/templates.md', () => {
  const rows = new Map(tableRows(page).map(([name = '', what = '']) => [name, what]));
  const words = (name: string): string[] => (rows.get(name) ?? '').split(' ').sort();

  test('have every name', () => {
    const run = { dagId: 'd', taskId: 't', runId: 'r', tryNumber: 1, mapIndex: -1, params: {}, conf: {} };
    const { values } = airflowContext({ ...run, logicalDate: '2024-01-31' });
    const names = page.split('## Names')[1]?.split('## ')[0] ?? '';
    expect(
      tableRows(names)
        .map(([name]) => name)
        .sort(),
    ).toEqual([...values.keys()].sort());
  });

  test('have every filter, test and function', () => {
    const refused = ['random', 'lipsum'];
    const isNamed = (name: string): boolean => /^\w+$/.test(name) && !refused.includes(name);
    const known = (names: Iterable<string>): string[] => [...names].filter(isNamed).sort();
    expect(words('filters')).toEqual(known(builtinFilters.keys()));
    expect(words("Airflow's filters")).toEqual(known(airflowFilters.keys()));
    expect(words('tests')).toEqual(known(builtinTests.keys()));
    expect(words('functions')).toEqual(known(builtinGlobals.keys()));
  });
});
