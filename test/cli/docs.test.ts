import { expect, test } from 'vitest';
import { createProgram } from '../../cli/run.ts';
import { readText, tableRows } from '../docs/page.ts';

test('docs/cli.md lists every command with its options, and no other', () => {
  const program = createProgram(async () => undefined);
  const expected = program.commands.map(command => ({
    heading: [
      'taskpod',
      command.name(),
      ...command.registeredArguments.map(argument => `&lt;${argument.name()}&gt;`),
    ].join(' '),
    options: command.options.map(option => [option.flags, option.description]),
  }));
  const sections = readText('docs/cli.md')
    .split(/^## /m)
    .filter(section => section.startsWith('taskpod '))
    .map(section => ({
      heading: section.slice(0, section.indexOf('\n')),
      options: tableRows(section),
    }));
  expect(sections).toEqual(expected);
});
