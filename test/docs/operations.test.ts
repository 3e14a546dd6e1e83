import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentedRecords, fieldsOfMessages, undocumented } from '../fakes/documented-records.ts';
import { readText } from './page.ts';

const root = join(import.meta.dirname, '..', '..');
const files = globSync('{functions,shared}/**/*.ts', { cwd: root });
const severity = "'(?:DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL)'";
const begun = new RegExp(String.raw`\blog\(\s*[^()\`]*?${severity}`, 'g');
const whole = new RegExp(
  String.raw`\blog\(\s*([^()\`]*?${severity}),\s*(?:'([^']*)'|"([^"]*)"|\`([^\`]*)\`)`,
  'g',
);

/** Message and severities of each call that logs, as the code has them. */
function callsIn(text: string): string[] {
  expect(text.match(whole)?.length, 'the message of a record stands where it is logged').toBe(
    text.match(begun)?.length,
  );
  return [...text.matchAll(whole)].map(([, first = '', plain, quoted, template]) => {
    const severities = (first.match(new RegExp(severity, 'g')) ?? []).map(name => name.slice(1, -1));
    const message = plain ?? quoted ?? template?.replace(/\$\{[^}]*\}/g, '…');
    return `${message}: ${severities.toSorted().join(', ')}`;
  });
}

describe('docs/operations.md', () => {
  test('lists every record that the functions write, with its severities, and no other', () => {
    const logged = files.flatMap(file => callsIn(readFileSync(join(root, file), 'utf8')));
    const documented = documentedRecords().map(
      ({ message, severities }) => `${message}: ${severities.toSorted().join(', ')}`,
    );
    expect(documented.toSorted()).toEqual([...new Set(logged)].toSorted());
  });

  test('says what every field means', () => {
    const [, section = ''] = readText('docs/operations.md').split('### Fields');
    const rows = section.split('\n## ')[0]?.match(/^\| `.*? \|/gm) ?? [];
    const explained = rows.flatMap(row => row.match(/(?<=`)\w+(?=`)/g) ?? []);
    const used = documentedRecords().flatMap(({ always, maybe }) => [...always, ...maybe]);
    expect(explained.toSorted()).toEqual([...new Set(used)].toSorted());
    expect(fieldsOfMessages()).toHaveLength(8);
  });

  test('asks only for records and fields that there are', () => {
    const [, sections = ''] = readText('docs/operations.md').split('## Queries');
    const messages = [...sections.matchAll(/jsonPayload\.message="([^"]+)"/g)].map(([, text = '']) => text);
    const unknown = messages.flatMap(text => undocumented('', text)).filter(text => text.startsWith('no '));
    expect([messages.length > 4, unknown]).toEqual([true, []]);
    const fields = [...sections.matchAll(/jsonPayload\.(\w+)/g)].map(([, name = '']) => name);
    const known = documentedRecords().flatMap(({ always, maybe }) => [...always, ...maybe]);
    expect(fields.filter(name => ![...known, ...fieldsOfMessages(), 'message'].includes(name))).toEqual([]);
  });
});

describe('a record that is not as documented is told', () => {
  test.each<[what: string, found: string[], severity: string, message: string, record: object]>([
    ['nothing', [], 'INFO', 'sweep', { duration_ms: 1, scopes: 0, message_id: 'm', traceparent: undefined }],
    ['the message', ['no record "swept"'], 'INFO', 'swept', {}],
    ['the severity', ['severity ERROR of "sweep"'], 'ERROR', 'sweep', { duration_ms: 1, scopes: 0 }],
    ['a field', ['field pods of "sweep"'], 'INFO', 'sweep', { duration_ms: 1, scopes: 0, pods: 1 }],
    ['a missing one', ['"sweep" without scopes'], 'INFO', 'sweep', { duration_ms: 1 }],
  ])('%s', (_what, found, severity, message, record) => {
    expect(undocumented(severity, message, record)).toEqual(found);
  });
});
