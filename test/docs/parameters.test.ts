import { describe, expect, test } from 'vitest';
import { parameterPages } from '../../scripts/parameter-pages.ts';
import { baseOperator } from '../../shared/task/catalogue/base-operator.ts';
import { catalogue, isTaken } from '../../shared/task/catalogue/catalogue.ts';
import { gkeClusterOperators } from '../../shared/task/catalogue/gke-cluster-operators.ts';
import { gkeStartPodOperator } from '../../shared/task/catalogue/gke-start-pod-operator.ts';
import { kubernetesPodOperator } from '../../shared/task/catalogue/kubernetes-pod-operator.ts';
import type { Parameter } from '../../shared/task/catalogue/parameter.ts';
import { taskpodParameters } from '../../shared/task/catalogue/taskpod.ts';
import { taskParameters } from '../../shared/task/task.ts';
import { readText, tableRows } from './page.ts';

const tables: Record<string, Parameter>[] = [
  kubernetesPodOperator,
  gkeStartPodOperator,
  gkeClusterOperators,
  baseOperator,
  taskpodParameters,
];

describe('the pages', () => {
  test.each(Object.entries(parameterPages(readText)))(
    '%s says what the catalogue says; if not, run: node scripts/parameter-pages.ts',
    (page, text) => {
      expect(readText(page)).toBe(text);
    },
  );

  test('docs/parameters.md lists every parameter once, and no other', () => {
    const listed = tableRows(readText('docs/parameters.md')).map(([name]) => name);
    expect(listed).toEqual(tables.flatMap(Object.keys));
  });

  test('docs/parameters.md numbers the 72 of KubernetesPodOperator', () => {
    const rows = tableRows(readText('docs/parameters.md')).filter(([, number]) => /^\d+$/.test(number ?? ''));
    expect(rows.map(([name, number]) => [name, Number(number)])).toEqual(
      Object.keys(kubernetesPodOperator).map((name, index) => [name, index + 1]),
    );
    expect(rows.length).toBe(72);
  });

  test('docs/task.md lists every parameter that a task can have, and no other', () => {
    expect(tableRows(readText('docs/task.md')).map(([name]) => name)).toEqual(taskParameters);
  });
});

describe('the catalogue', () => {
  test('calls those parameters taken that the schema has', () => {
    const taken = [...catalogue].filter(([, parameter]) => isTaken(parameter)).map(([name]) => name);
    expect(taken.toSorted()).toEqual([...taskParameters].toSorted());
  });

  test('has each parameter once', () => {
    expect(tables.flatMap(Object.keys).toSorted()).toEqual([...catalogue.keys()].toSorted());
  });

  test.each([...catalogue])('%s has sentences that say why or what instead', (_, parameter) => {
    const [first, ...more] = isTaken(parameter)
      ? [parameter.meaning, parameter.difference]
      : [parameter.instead];
    expect(first).toMatch(/^[A-Z`].*\.$/);
    expect(more.filter(text => text !== '' && !/^[A-Z].*\.$/.test(text))).toEqual([]);
    if (isTaken(parameter)) expect(more[0] === '').toBe(parameter.standing !== 'different');
  });
});
