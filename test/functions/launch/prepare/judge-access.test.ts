import { describe, expect, test } from 'vitest';
import { judgeAccess } from '../../../../functions/launch/prepare/judge-access.ts';
import type { ClusterAccess } from '../../../../shared/cluster-access.ts';
import { prepare } from './fake-sources.ts';

const own: ClusterAccess = { endpoint: 'auto', impersonationChain: [] };
const one = 'one@p.iam.gserviceaccount.com';
const two = 'two@p.iam.gserviceaccount.com';
const asTwo: ClusterAccess = { endpoint: 'internal', impersonationChain: [one, two] };

describe('judgeAccess', () => {
  test.each<[string, Parameters<typeof judgeAccess>]>([
    ['nothing', [{}, own]],
    ['the chain that the cluster has', [{ impersonation_chain: [one, two] }, asTwo]],
    ['no chain where the cluster has none', [{ impersonation_chain: [] }, own]],
    ['the endpoint that the cluster has', [{ use_internal_ip: true, use_dns_endpoint: false }, asTwo]],
    ['no endpoint in particular', [{ use_internal_ip: false, use_dns_endpoint: false }, own]],
  ])('has nothing to say of %s', (_title, [fields, access]) => {
    expect(judgeAccess(fields, access)).toEqual({ problems: [], warnings: [] });
  });

  test.each<[Parameters<typeof judgeAccess>[0], ClusterAccess, string]>([
    [{ impersonation_chain: [one] }, own, 'the functions’ own identity'],
    [{ impersonation_chain: [two] }, asTwo, `that of ${one}, ${two}`],
    [{ impersonation_chain: [two, one] }, asTwo, `that of ${one}, ${two}`],
    [{ impersonation_chain: [] }, asTwo, `that of ${one}, ${two}`],
  ])('refuses %j as another identity', (fields, access, whose) => {
    const message = `is not whom this cluster is spoken to as (${whose}): remove it, or have it set in TASKPOD_CLUSTER_ACCESS`;
    expect(judgeAccess(fields, access)).toEqual({
      problems: [{ path: 'impersonation_chain', message }],
      warnings: [],
    });
  });

  test('tells of an endpoint that is another, and of what a kubeconfig makes idle', () => {
    const warned = (fields: Parameters<typeof judgeAccess>[0], access: ClusterAccess | undefined) =>
      judgeAccess(fields, access).warnings.map(({ path, message }) => `${path} ${message}`);
    const both = { use_dns_endpoint: true, use_internal_ip: true };
    expect(warned(both, asTwo)).toEqual([
      'use_dns_endpoint has no effect: this cluster is reached by its private address (TASKPOD_CLUSTER_ENDPOINT). Remove it',
    ]);
    expect(warned({ ...both, impersonation_chain: [one] }, undefined)).toEqual([
      'use_dns_endpoint has no effect: this cluster is reached as its kubeconfig says. Remove it',
      'use_internal_ip has no effect: this cluster is reached as its kubeconfig says. Remove it',
      'impersonation_chain has no effect: this cluster is spoken to with the identity of its kubeconfig. Remove it',
    ]);
  });
});

describe('a task for a cluster of Google', () => {
  const gke = { project_id: 'p', location: 'europe-west1', cluster_name: 'other' };

  test('with another identity is refused by the policy', async () => {
    expect(await prepare({ ...gke, impersonation_chain: one })).toMatchObject({
      ok: false,
      reason: 'policy_refused',
      problems: [{ path: 'impersonation_chain' }],
    });
  });

  test('may name the identity by a template', async () => {
    const access = { endpoint: 'dns', impersonationChain: [one] } as const;
    const task = { ...gke, impersonation_chain: '{{ var.value.who }}', use_dns_endpoint: '{{ 1 == 1 }}' };
    const prepared = await prepare(task, { variables: { who: one } }, { settings: { access } });
    expect(prepared).toMatchObject({ ok: true, warnings: [] });
  });

  test('is not judged where the deployment is not known', async () => {
    const settings = { clusters: undefined };
    const prepared = await prepare({ ...gke, impersonation_chain: one }, {}, { settings });
    expect(prepared).toMatchObject({ ok: true, warnings: [] });
  });
});
