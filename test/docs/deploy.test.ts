import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readVariables } from '../../scripts/terraform-blocks.ts';
import { readText } from './page.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readText('docs/deploy.md');
const examples = globSync('terraform/examples/*/main.tf', { cwd: root }).map(file => dirname(file));
const pages = [
  'docs/deploy.md',
  'docs/adr/0015-terraform.md',
  ...globSync('terraform/**/README.md', { cwd: root }),
];

test('docs/deploy.md names every example', () => {
  expect(examples).toHaveLength(3);
  for (const example of examples) expect(page).toContain(`](../${example})`);
});

test.each(pages)('the links of %s lead somewhere', file => {
  const text = readText(file);
  const targets = Array.from(text.matchAll(/\]\(([^)]+)\)/g), ([, target = '']) => target);
  const missing = targets.filter(target => {
    const [path = '', anchor] = target.split('#');
    if (/^https:/.test(target)) return false;
    const linked = path === '' ? file : join(dirname(file), path);
    return !existsSync(join(root, linked)) || (anchor !== undefined && !anchors(linked).includes(anchor));
  });
  expect(missing).toEqual([]);
});

/** A heading's anchor, as GitHub makes it. */
function anchors(file: string): string[] {
  const headings = readText(file).matchAll(/^#+ (.+)$/gm);
  return Array.from(headings, ([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(examples)('%s', example => {
  const names = readVariables(readText(`${example}/variables.tf`)).map(({ name }) => name);

  test('has its variables in the order of the alphabet, and sets only those in its page', () => {
    expect(names).toEqual(names.toSorted());
    const file = readText(`${example}/README.md`).match(/```hcl\n([\s\S]*?)\n```/)?.[1] ?? '';
    const set = Array.from(file.matchAll(/^(\w+) += /gm), ([, name = '']) => name);
    expect(set.length).toBeGreaterThan(2);
    expect(names).toEqual(expect.arrayContaining(set));
  });
});

test('docs/deploy.md sets only variables that the smallest example has', () => {
  const names = readVariables(readText('terraform/examples/minimal/variables.tf')).map(({ name }) => name);
  const file = page.match(/<<END\n([\s\S]*?)\nEND/)?.[1] ?? '';
  const set = Array.from(file.matchAll(/^(\w+) += /gm), ([, name = '']) => name);
  expect(set).toEqual(['project_id', 'region', 'publishers', 'readers']);
  expect(names).toEqual(expect.arrayContaining([...set, 'deletion_protection', 'admission_policy']));
});

test('docs/deploy.md counts what the module creates as it is', () => {
  const platform = globSync('terraform/modules/platform/*.tf', { cwd: root }).map(readText).join('\n');
  expect(platform.match(/^resource "google_service_account" /gm)).toHaveLength(4);
  expect(platform.match(/^resource "google_storage_bucket" /gm)).toHaveLength(2);
  expect(platform).toContain('toset(["dead-letters", "events", "tasks", "watch"])');
});
