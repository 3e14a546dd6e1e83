import { expect, test } from 'vitest';
import { knownDeployment } from '../../cli/prepare-here.ts';
import { TestContext } from './test-context.ts';

const settings = await new TestContext(false).settings();
const [a, b] = ['kubeconfig:a', 'kubeconfig:b'];

test.each([
  {
    what: 'those of a local stack',
    env: {},
    known: { defaultCluster: a, clusters: [a, b] },
    expected: [a, b],
  },
  {
    what: 'those of a local stack, whatever the environment says of another',
    env: { TASKPOD_CLUSTER: b, TASKPOD_CLUSTERS: 'kubeconfig' },
    known: { defaultCluster: a, clusters: [a] },
    expected: [a],
  },
  {
    what: 'any, where only the default one is known',
    env: { TASKPOD_CLUSTER: a },
    known: { defaultCluster: a, clusters: undefined },
    expected: undefined,
  },
  { what: 'any, where nothing is known', env: {}, known: undefined, expected: undefined },
  { what: 'any, beside a default one', env: { TASKPOD_CLUSTER: a }, known: undefined, expected: undefined },
  {
    what: 'those of the environment',
    env: { TASKPOD_CLUSTER: a, TASKPOD_CLUSTERS: b },
    known: undefined,
    expected: [a, b],
  },
])('a task may name $what', ({ env, known, expected }) => {
  expect(knownDeployment(env, known && { ...settings, ...known }).clusters).toEqual(expected);
});
