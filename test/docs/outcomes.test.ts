import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reasonCodes } from '../../shared/diagnosis/reasons.ts';

test('docs/outcomes.md lists every reason code with its class and action, and no other', () => {
  const page = readFileSync(new URL('../../docs/outcomes.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| \w+ \| (\w+) \| .*? \| (.*?) ?\|$/gm)];
  const documented = Object.fromEntries(rows.map(([, code, cls, action]) => [code, { class: cls, action }]));
  expect(documented).toEqual(reasonCodes);
});
