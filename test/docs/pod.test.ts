import { expect, test } from 'vitest';
import { parameterAt, parameterLayer } from '../../functions/launch/compose/layer/parameters.ts';
import { toJson } from '../../functions/launch/compose/sourced.ts';
import { systemLabels } from '../../shared/pod-labels.ts';
import { taskParameters } from '../../shared/task/task.ts';
import { readText, tableRows } from './page.ts';

const page = readText('docs/pod.md');

/** The rows of the table under a heading. */
function section(heading: string): string[][] {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  return tableRows(text.split('\n## ')[0] ?? '');
}

/** Parameters that are put behind another's, or together of parts. */
const joined = ['configmaps', 'pod_runtime_info_envs', 'secrets'];

test('docs/pod.md says of every parameter which part of the Pod it makes', () => {
  const documented = section('Parameters').filter(([name = '']) => !joined.includes(name));
  const places = documented.map(([name, place = '']) => [name, /^`([^`]+)`/.exec(place)?.[1] ?? '']);
  expect(places.map(([, place = '']) => parameterAt(place))).toEqual(places.map(([name]) => name));
});

test('docs/pod.md lists every parameter that makes a part of the Pod, and no other', () => {
  const layerOf = (given: Record<string, unknown>) => JSON.stringify(toJson(parameterLayer(given, given)));
  const shaping = taskParameters.filter(name => layerOf({ [name]: ['x'] }) !== layerOf({}));
  const documented = section('Parameters').map(([name]) => name);
  expect(documented).toEqual([...shaping, 'secrets'].toSorted());
});

test('docs/pod.md lists every label that each Pod has', () => {
  const labels = systemLabels({ dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1, mapIndex: 0 }, 's');
  expect(
    section('Labels')
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(Object.keys(labels).toSorted());
});
