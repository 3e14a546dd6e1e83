import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfigurations } from './configuration.ts';
import { alike, rules } from './expected-pod.ts';
import { settings, taskpodPod } from './taskpod-pod.ts';

const configurations = readConfigurations();
const { activeDeadlineSeconds } = settings;

describe('the Pod of a task is the one that KubernetesPodOperator builds', () => {
  test.each(configurations.map(entry => ({ ...entry, name: entry.configuration.name })))(
    '$name',
    async ({ configuration: { task, template, differs }, kpoPod }) => {
      const pod = await taskpodPod(task, template);
      const { kpo, ours } = alike(kpoPod, pod, differs, { task, activeDeadlineSeconds });
      expect(ours).toEqual(kpo);
    },
  );
});

test('any other difference is noticed', async () => {
  const rich = configurations.find(
    ({ configuration: { name } }) => name === 'template file and every parameter',
  );
  const { task = {}, template } = rich?.configuration ?? {};
  const pod = await taskpodPod(task, template);
  const unnoticed = places(pod).filter(path => {
    const changed = structuredClone(pod);
    const holder: Record<string, unknown> = path
      .slice(0, -1)
      .reduce((at, key) => Object(at)[key], Object(changed));
    delete holder[path.at(-1) ?? ''];
    try {
      const { kpo, ours } = alike(rich?.kpoPod, changed, [], { task, activeDeadlineSeconds });
      return isDeepStrictEqual(kpo, ours);
    } catch {
      return false;
    }
  });
  expect(unnoticed).toEqual([]);
  expect(places(pod).length).toBeGreaterThan(100);
});

function places(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[key], ...places(item).map(rest => [key, ...rest])]);
}

test('there are at least sixty configurations, each of its own', () => {
  const names = configurations.map(({ configuration }) => configuration.name);
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
  expect(configurations.filter(({ kpoPod }) => kpoPod === undefined)).toEqual([]);
});

test('docs/pod.md tells every difference that is allowed', () => {
  const page = readFileSync(new URL('../../../docs/pod.md', import.meta.url), 'utf8').replaceAll('`', '');
  const whys = configurations.flatMap(({ configuration }) => configuration.differs.map(({ why }) => why));
  const rows = page.split('\n').filter(line => /^(\| |## )/.test(line));
  const isTold = (name: string): boolean =>
    rows.some(row => row.startsWith(`| ${name} `) || row === `## ${name}`);
  expect([...new Set([...Object.keys(rules), ...whys])].filter(name => !isTold(name))).toEqual([]);
});
