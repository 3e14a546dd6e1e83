import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/migrate-from-airflow.md');

test('every command and option of taskpod on the page is one', () => {
  const reference = read('docs/cli.md');
  const lines = page
    .split('\n')
    .flatMap(line => line.match(/taskpod [a-z]+ [^`\n]*|taskpod [a-z]+(?=`)/g) ?? []);
  const missing = lines.filter(line => {
    const [, command = '', second = ''] = line.split(' ');
    const name = ['variables', 'connections'].includes(command) ? `${command} ${second}` : command;
    const section = reference.split('\n## ').find(part => new RegExp(`^taskpod ${name}\\b`).test(part));
    const options = line.match(/--[a-z-]+/g) ?? [];
    return section === undefined || options.some(option => !section.includes(option));
  });
  expect(missing).toEqual([]);
  expect(lines.length).toBeGreaterThanOrEqual(12);
});

test('every option of the exporter on the page is one', () => {
  const source = read('integrations/airflow/taskpod_export/__main__.py');
  const options = ['--output-dir', '--dag', '--task', '--json'];
  for (const option of options)
    expect([option, page.includes(option), source.includes(`"${option}"`)]).toEqual([option, true, true]);
});

test('every link within the repository leads somewhere', () => {
  const links = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  expect(links.filter(link => !existsSync(new URL(`../../docs/${link}`, import.meta.url)))).toEqual([]);
});
