import { expect, test } from 'vitest';
import { deploymentKeyNames, deploymentKeys } from '../../cli/deployment-keys.ts';
import { checks } from '../../cli/doctor/finding.ts';
import { readText, tableRows } from './page.ts';

test('docs/doctor.md lists every check, and no other', () => {
  const section = readText('docs/doctor.md').split('## The checks')[1]?.split('\n## ')[0] ?? '';
  expect(tableRows(section)).toEqual(Object.entries(checks));
});

test('docs/cli.md lists everything that taskpod.json can hold, with its variable', () => {
  const section = readText('docs/cli.md').split('## What it talks to')[1]?.split('\n## ')[0] ?? '';
  const expected = deploymentKeyNames.map(name => {
    const { variable, meaning } = deploymentKeys[name];
    return [name, `\`${variable}\``, meaning];
  });
  expect(tableRows(section)).toEqual(expected);
});
