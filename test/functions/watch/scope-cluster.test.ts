import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterOfScope } from '../../../functions/watch/scope-cluster.ts';
import { scopeName } from '../../../shared/names.ts';

const gke = 'projects/p/locations/europe-west1/clusters/main';
const twin = 'projects/q/locations/europe-west1/clusters/main';
const clusters = [gke, twin, 'kubeconfig', 'kubeconfig:main', 'kubeconfig:arn:aws:eks:x:1:cluster/main'];
const settings = { clusters, bucket: 'b' };

describe('clusterOfScope', () => {
  test('finds the cluster of every scope, whatever the number of shards', () => {
    fc.assert(
      fc.property(fc.constantFrom(...clusters), fc.nat({ max: 999_999 }), (cluster, shard) => {
        expect(clusterOfScope(scopeName(cluster, 'b', shard), settings)).toBe(cluster);
      }),
    );
  });

  test('finds a cluster of any name', () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, fc.nat({ max: 63 }), (all, shard) => {
        for (const cluster of all) {
          expect(clusterOfScope(scopeName(cluster, 'b', shard), { clusters: all, bucket: 'b' })).toBe(
            cluster,
          );
        }
      }),
    );
  });

  test.each([
    ['of a cluster that is not there any more', scopeName('projects/p/locations/l/clusters/x', 'b', 0)],
    ['of another deployment on the same cluster', scopeName(gke, 'another-bucket', 0)],
    ['with a shard of another spelling', scopeName(gke, 'b', 7).replace(/7$/, '007')],
    ['without a number', scopeName(gke, 'b', Number.NaN)],
    ['that is nothing of ours', 'hello'],
    ['that is empty', ''],
  ])('knows no cluster for a scope %s', (_, scope) => {
    expect(clusterOfScope(scope, settings)).toBeUndefined();
  });
});
