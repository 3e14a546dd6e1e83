import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { managedSelector, runAnnotation, scopeLabel } from '../../shared/pod-labels.ts';
import admission from '../../terraform/modules/namespace/admission-policy.json' with { type: 'json' };
import permissions from '../../terraform/modules/namespace/permissions.json' with { type: 'json' };
import { readText, tableRows } from './page.ts';

const page = readText('docs/permissions.md');
const rows = tableRows(page);
const manifests = parseAllDocuments(page.match(/```yaml\n([\s\S]*?)\n```/)?.[1] ?? '').map(document =>
  document.toJS(),
);

test('docs/permissions.md has the rights of permissions.json', () => {
  const told = rows.filter(([name = '']) => name in permissions).map(row => row.slice(0, 3));
  const stored = Object.entries(permissions).flatMap(([name, rules]) =>
    rules.map(({ resources, verbs }) => [name, resources.join(', '), verbs.join(', ')]),
  );
  expect(told).toEqual(stored);
});

test('docs/permissions.md has the messages of admission-policy.json', () => {
  const told = rows.map(([name]) => name).filter(name => !(`${name}` in permissions));
  expect(told).toEqual(admission.policy.spec.validations.map(({ message }) => message));
});

test('the manifests of docs/permissions.md are permissions.json', () => {
  const roles = manifests.filter(({ kind }) => kind === 'Role');
  expect(Object.fromEntries(roles.map(({ metadata, rules }) => [metadata.name, rules]))).toEqual({
    'taskpod-launch': permissions.launch,
    'taskpod-watch': permissions.watch,
  });
  const bindings = manifests.filter(({ kind }) => kind === 'RoleBinding');
  expect(bindings.map(({ roleRef, subjects }) => [roleRef.name, subjects[0].kind, subjects[0].name])).toEqual(
    ['launch', 'watch'].map(name => [
      `taskpod-${name}`,
      'User',
      `taskpod-${name}@my-project.iam.gserviceaccount.com`,
    ]),
  );
});

test('admission-policy.json knows a task’s Pod by what launch gives it', () => {
  const [label, value] = managedSelector.split('=');
  const rule = admission.policy.spec.validations.map(({ expression }) => expression).join('\n');
  expect(rule).toContain(`.?labels[?'${label}'].orValue('') == '${value}'`);
  expect(rule).toContain(`.?labels[?'${scopeLabel}'].hasValue()`);
  expect(rule).toContain(`.?annotations[?'${runAnnotation}'].hasValue()`);
});
