import { expect, test } from 'vitest';
import { configVariables } from '../../shared/config.ts';
import { readText, tableRows } from './page.ts';

test('docs/configuration.md lists every variable with its default and meaning, and no other', () => {
  const expected = Object.entries(configVariables).map(([name, variable]) => {
    const value = 'default' in variable ? variable.default : undefined;
    const cell = value === undefined ? 'required' : value === '' ? 'none' : `\`${value}\``;
    return [name, cell, variable.meaning];
  });
  expect(tableRows(readText('docs/configuration.md'))).toEqual(expected);
});
