import { expect, test } from 'vitest';
import { policyVariables } from '../../shared/policy.ts';
import { judgeTask } from '../functions/launch/policy/judge-task.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/policy.md');
const rows = tableRows(page).filter(([name = '']) => name.startsWith('TASKPOD_'));

test('docs/policy.md has an example of every variable, which the configuration takes', () => {
  expect(rows.map(([name]) => name).toSorted()).toEqual(
    [...Object.keys(policyVariables), 'TASKPOD_NAMESPACES'].toSorted(),
  );
  for (const [name, variable] of Object.entries(policyVariables)) {
    const example = rows.find(([of]) => of === name)?.[2]?.replaceAll('`', '') ?? '';
    expect({ name, success: variable.schema.safeParse(example).success }).toEqual({ name, success: true });
  }
});

test('docs/policy.md tells what a refused task sees, word for word', () => {
  const keys = { image: 'docker.io/evil/x', container_security_context: { privileged: true } };
  const policy = { podSecurity: 'baseline', images: ['europe-docker.pkg.dev/my-project/*'] } as const;
  const told = page.match(/```\n([\s\S]*?)\n```/)?.[1]?.split('\n');
  expect(told?.toSorted()).toEqual(judgeTask(keys, { policy }).refused.toSorted());
});
