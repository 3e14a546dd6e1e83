import { describe, expect, test } from 'vitest';
import { type ClusterFields, chooseCluster } from '../../../../functions/launch/prepare/choose-cluster.ts';

const main = 'projects/p/locations/europe-west1/clusters/main';
const other = 'projects/q/locations/europe-west1/clusters/other';
const settings = { cluster: main, clusters: [main, other, 'kubeconfig:kind'] };
const inOther = { project_id: 'q', location: 'europe-west1', cluster_name: 'other' };

describe('the cluster of a task', () => {
  test.each<[string, ClusterFields, ClusterFields | undefined, string]>([
    ['that names none', {}, undefined, main],
    ['whose connection names none', {}, {}, main],
    ['that names it', inOther, undefined, other],
    ['whose connection names it', {}, inOther, other],
    ['that names another than its connection', { cluster_context: 'kind' }, inOther, 'kubeconfig:kind'],
    [
      'that leaves out the project of the default cluster',
      { location: 'europe-west1', cluster_name: 'main' },
      inOther,
      main,
    ],
  ])('%s', (_title, task, connection, cluster) => {
    expect(chooseCluster(task, connection, settings)).toEqual({ cluster, problems: [] });
  });

  const list = `use one of ${settings.clusters.join(', ')}`;
  test.each<[ClusterFields, string, string]>([
    [{ ...inOther, project_id: 'p' }, 'cluster_name', `names no cluster of this deployment: ${list}`],
    [{ cluster_context: 'prod' }, 'cluster_context', `names no cluster of this deployment: ${list}`],
    [{ cluster_name: 'other' }, 'location', 'is required to name a cluster of Google Cloud'],
    [{ location: 'l' }, 'cluster_name', 'is required to name a cluster of Google Cloud'],
    [
      { cluster_context: 'kind', location: 'l' },
      'cluster_context',
      'stands beside project_id, location or cluster_name: keep one of the two',
    ],
    [
      { ...inOther, cluster_name: 'a b' },
      'cluster_name',
      'is no name of a cluster, with project_id and location before it',
    ],
  ])('%j is refused, in the words of the task or of its connection', (fields, path, message) => {
    expect(chooseCluster(fields, undefined, settings)).toEqual({
      cluster: main,
      problems: [{ path, message }],
    });
    expect(chooseCluster({}, fields, settings)).toEqual({
      cluster: main,
      problems: [
        { path: 'kubernetes_conn_id', message: `names a connection whose extra ${path} ${message}` },
      ],
    });
  });

  test('may be any where the clusters of the deployment are not known', () => {
    const unknown = { cluster: 'kubeconfig', clusters: undefined };
    expect(chooseCluster(inOther, undefined, unknown)).toEqual({ cluster: other, problems: [] });
    expect(chooseCluster({ ...inOther, location: 'a b' }, undefined, unknown).problems).toHaveLength(1);
  });

  test('has no project of its own on a kubeconfig', () => {
    const local = { cluster: 'kubeconfig', clusters: ['kubeconfig'] };
    expect(chooseCluster({ location: 'l', cluster_name: 'c' }, undefined, local).problems).toEqual([
      { path: 'project_id', message: 'is required to name a cluster of Google Cloud' },
    ]);
  });
});
