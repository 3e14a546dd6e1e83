import { expect } from 'vitest';
import { readText, tableRows } from '../docs/page.ts';

/** A record of the log as docs/operations.md has it. */
export interface DocumentedRecord {
  /** The message; `…` stands for any text. */
  message: string;
  severities: string[];
  /** Fields that it always has, and those that it may have. */
  always: string[];
  maybe: string[];
}

/** The records that docs/operations.md lists. */
export function documentedRecords(): DocumentedRecord[] {
  const [, table = ''] = readText('docs/operations.md').split('## Records');
  return tableRows(table.split('\n## ')[0] ?? '')
    .filter(cells => cells.length === 4)
    .map(([message = '', severities = '', fields = '']) => {
      const names = fields.match(/\(?`[\w./]+`\)?/g) ?? [];
      const named = (isMaybe: boolean): string[] =>
        names.filter(name => name.startsWith('(') === isMaybe).map(name => name.replace(/[()`]/g, ''));
      return { message, severities: severities.split(', '), always: named(false), maybe: named(true) };
    });
}

/** Fields that records about a message have besides; docs/operations.md, "Of every message". */
export function fieldsOfMessages(): string[] {
  const [, section = ''] = readText('docs/operations.md').split('### Of every message');
  return tableRows(section.split('\n#')[0] ?? '').map(([name = '']) => name);
}

const records = documentedRecords();
const ofMessages = fieldsOfMessages();

/** undocumented tells what of a record docs/operations.md does not have, or has and is missing; empty: nothing. */
export function undocumented(severity: string, message: string, record: object = {}): string[] {
  const found = records.find(({ message: known }) => pattern(known).test(message));
  if (found === undefined) return [`no record "${message}"`];
  const fields = Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const known = [...found.always, ...found.maybe, ...ofMessages, 'severity', 'message'];
  return [
    ...(found.severities.includes(severity) ? [] : [`severity ${severity} of "${found.message}"`]),
    ...fields.filter(name => !known.includes(name)).map(name => `field ${name} of "${found.message}"`),
    ...found.always.filter(name => !fields.includes(name)).map(name => `"${found.message}" without ${name}`),
  ];
}

/** expectDocumented fails the test, but does not throw in the middle of what logs. */
export function expectDocumented(severity: string, message: string, record?: object): void {
  expect.soft(undocumented(severity, message, record), 'docs/operations.md knows each record').toEqual([]);
}

function pattern(known: string): RegExp {
  const escaped = known.split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
