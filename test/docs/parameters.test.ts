import { describe, expect, test } from 'vitest';
import { baseOperator } from '../../shared/task/catalogue/base-operator.ts';
import { catalogue, isTaken } from '../../shared/task/catalogue/catalogue.ts';
import { gkeStartPodOperator } from '../../shared/task/catalogue/gke-start-pod-operator.ts';
import { kubernetesPodOperator } from '../../shared/task/catalogue/kubernetes-pod-operator.ts';
import type { Parameter } from '../../shared/task/catalogue/parameter.ts';
import { taskpodParameters } from '../../shared/task/catalogue/taskpod.ts';
import { taskParameters } from '../../shared/task/task.ts';
import { readText, tableRows } from './page.ts';

const sections = new Map(
  readText('docs/parameters.md')
    .split('\n## ')
    .map(section => [section.split('\n', 1)[0], tableRows(section)]),
);

function cellsOf(parameter: Parameter): string[] {
  if (isTaken(parameter)) {
    return [parameter.standing, [parameter.meaning, parameter.difference].join(' ').trim()];
  }
  const { standing, effect, instead } = parameter;
  return [`${standing}, ${effect}`, instead];
}

/** The last cell of a row without its end. */
const withoutEnd = (row: string[]): string[] => row.map(cell => cell.replace(/ *\|$/, ''));

describe('docs/parameters.md says of every parameter what the catalogue says, and lists no other', () => {
  test.each<[string, Record<string, Parameter>]>([
    ['GKEStartPodOperator', gkeStartPodOperator],
    ['BaseOperator', baseOperator],
    ["Taskpod's own", taskpodParameters],
  ])('%s', (title, parameters) => {
    const expected = Object.entries(parameters).map(([name, parameter]) => [name, ...cellsOf(parameter)]);
    expect(sections.get(title)?.map(withoutEnd)).toEqual(expected);
  });

  test('KubernetesPodOperator, all 72 in the order of its constructor', () => {
    const parameters = Object.entries<Parameter>(kubernetesPodOperator);
    const expected = parameters.map(([name, parameter], index) => [
      name,
      String(index + 1),
      ...cellsOf(parameter),
    ]);
    expect(parameters.length).toBe(72);
    expect(sections.get('KubernetesPodOperator')?.map(withoutEnd)).toEqual(expected);
  });
});

describe('the catalogue', () => {
  test('calls those parameters taken that the schema has', () => {
    const taken = [...catalogue].filter(([, parameter]) => isTaken(parameter)).map(([name]) => name);
    expect(taken.toSorted()).toEqual([...taskParameters].toSorted());
  });

  test('has each parameter once', () => {
    const tables: Record<string, Parameter>[] = [
      kubernetesPodOperator,
      gkeStartPodOperator,
      baseOperator,
      taskpodParameters,
    ];
    expect(tables.flatMap(Object.keys).toSorted()).toEqual([...catalogue.keys()].toSorted());
  });

  test.each([...catalogue])('%s: has sentences', (_, parameter) => {
    const texts = isTaken(parameter) ? [parameter.meaning, parameter.difference] : [parameter.instead];
    expect(texts.filter(text => text !== '' && !/^[A-Z].*\.$/.test(text))).toEqual([]);
    expect(texts[0]).not.toBe('');
    if (isTaken(parameter)) expect(parameter.difference === '').toBe(parameter.standing !== 'different');
  });
});
