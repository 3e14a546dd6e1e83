import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { createProgram } from '../../cli/run.ts';
import { readText, tableRows } from '../docs/page.ts';

/** Every command that does something, as a section of the page has it. */
function sectionsOf(command: CommandUnknownOpts, words: string): { heading: string; options: string[][] }[] {
  if (command.commands.length > 0)
    return command.commands.flatMap(inner => sectionsOf(inner, `${words} ${inner.name()}`));
  const names = command.registeredArguments.map(argument => ` &lt;${argument.name()}&gt;`);
  const options = command.options.map(option => [option.flags, option.description]);
  return [{ heading: words + names.join(''), options }];
}

test('docs/cli.md lists every command with its options, and no other', () => {
  const expected = sectionsOf(
    createProgram(async () => undefined),
    'taskpod',
  );
  const sections = readText('docs/cli.md')
    .split(/^##+ /m)
    .filter(section => section.startsWith('taskpod '))
    .map(section => ({
      heading: section.slice(0, section.indexOf('\n')),
      options: tableRows(section),
    }));
  expect(sections).toEqual(expected);
});
