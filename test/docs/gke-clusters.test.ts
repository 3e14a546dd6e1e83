import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkTask } from '../../shared/task/check-task.ts';
import { readText } from './page.ts';

const page = readText('docs/gke-clusters.md');
const tasks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text));

test('the tasks on the page are right', () => {
  const checked = tasks.map(task => checkTask(Buffer.from(JSON.stringify(task)), 'm', {}));
  expect(checked.map(({ problems, warnings }) => [...problems, ...warnings])).toEqual([[], []]);
});

test('the page names every reason code that only a cluster operation has', () => {
  const named = new Set([...page.matchAll(/`(cluster_(?!name)\w+)`/g)].map(([, code]) => code));
  const codes = [
    'cluster_forbidden',
    'cluster_request_refused',
    'cluster_no_capacity',
    'cluster_failed',
    'cluster_lost',
  ];
  expect([...named].toSorted()).toEqual(codes.toSorted());
});

test('Terraform grants the permissions that the page lists, and no other', () => {
  const listed = (identity: string): string[] => {
    const rows = page.split('\n').filter(line => line.startsWith(`| ${identity} |`));
    return [...new Set(rows.join().match(/container\.\w+\.\w+/g))].toSorted();
  };
  const [, block = ''] = readText('terraform/modules/platform/clusters.tf').split(
    '_operation_permissions = {',
  );
  const granted = (identity: string): string[] =>
    block.match(new RegExp(`${identity} = \\[([^\\]]*)\\]`))?.[1]?.match(/[\w.]+/g) ?? [];
  expect([granted('launch'), granted('watch')]).toEqual([listed('launch'), listed('watch')]);
  expect(listed('watch')).toHaveLength(3);
});
