import { describe, expect, test } from 'vitest';
import type { ClusterFacts, RightsFacts } from '../../../cli/doctor/facts.ts';
import { askAs } from '../../../cli/doctor/gather-cluster.ts';
import { askedRights, neededRights, rightsOf, rightText } from '../../../cli/doctor/rights.ts';
import type { Settings } from '../../../cli/settings.ts';
import { changed, cluster, healthy, known, launch, rights, settings, unknown, watch } from './healthy.ts';

const [usual] = healthy().clusters;
if (usual === undefined) throw new Error('one');

function ofCluster(change: Partial<ClusterFacts>, at: Settings = settings) {
  const facts = healthy();
  return changed({ ...facts, clusters: facts.clusters.map(each => ({ ...each, ...change })) }, at).map(
    ({ check, status, what, mend }) => [check, status, what, mend],
  );
}

function ofRights(launch: RightsFacts | undefined, at?: Settings, name = cluster) {
  const namespaces = [{ name: 'n', found: known<true>(true), rights: { launch, watch: rights('watch') } }];
  return ofCluster({ name, namespaces }, at);
}

/** launch's rights, with other answers to these questions. */
function answering(allowed: Record<string, boolean>): RightsFacts {
  const usual = rights('launch');
  if (usual.answers.kind !== 'known') throw new Error('known');
  const answers = usual.answers.value.map(each => ({
    ...each,
    allowed: allowed[`${rightText(each.right)}${each.wide ? ' everywhere' : ''}`] ?? each.allowed,
  }));
  return { ...usual, answers: known(answers) };
}

const place = `in namespace n of ${cluster}`;

describe('a cluster', () => {
  test.each([
    [
      unknown('missing'),
      'failed',
      `the cluster ${cluster} does not exist`,
      'Correct TASKPOD_CLUSTER or TASKPOD_CLUSTERS, or create it.',
    ],
    [
      unknown('refused'),
      'warning',
      `the cluster ${cluster} could not be checked: this identity may not ask`,
      `Let somebody run this who has container.clusters.get on ${cluster}.`,
    ],
    [
      unknown('refused', 'Give this identity x.'),
      'warning',
      `the cluster ${cluster} could not be checked: this identity may not ask`,
      'Give this identity x.',
    ],
    [unknown('unreachable'), 'failed', `the cluster ${cluster} could not be checked: why`, 'Try again.'],
  ])('that is %o', (version, status, what, mend) => {
    expect(ofCluster({ version, namespaces: [] })).toEqual([['cluster.reachable', status, what, mend]]);
  });

  test('without a namespace: nothing more is said of it', () => {
    const namespaces = [
      { name: 'n', found: unknown('missing'), rights: { launch: undefined, watch: undefined } },
    ];
    expect(ofCluster({ name: 'kubeconfig:a', namespaces }).slice(1)).toEqual([
      [
        'cluster.namespace',
        'failed',
        'namespace n of kubeconfig:a does not exist',
        'Apply terraform/modules/namespace, or: kubectl --context=a create namespace n',
      ],
    ]);
  });
});

describe('the rights of a function', () => {
  test('that are missing are named, with the commands that give them', () => {
    const without = answering({ 'create pods': false, 'delete pods': false });
    const kubectl = 'kubectl --namespace=n create';
    expect(ofRights(without)).toEqual([
      [
        'cluster.permissions',
        'failed',
        `${launch} (launch) may not create pods, delete pods ${place}`,
        `Apply terraform/modules/namespace, or: ${kubectl} role taskpod-launch-pods --verb=create,delete --resource=pods; ${kubectl} rolebinding taskpod-launch-pods --role=taskpod-launch-pods --user=${launch}`,
      ],
    ]);
  });

  test('that are too many are named', () => {
    const more = answering({
      'get secrets': true,
      'create jobs.batch': true,
      'delete pods everywhere': true,
    });
    expect(ofRights(more)).toEqual([
      [
        'cluster.excess',
        'warning',
        `${launch} (launch) may do more than it needs ${place}: get secrets, create jobs.batch, delete pods in all namespaces`,
        'Take away the role that gives it: see its RoleBindings and ClusterRoleBindings, and its roles in the project, such as Kubernetes Engine Developer.',
      ],
    ]);
  });

  test.each<[string, RightsFacts | undefined, unknown[]]>([
    [
      'whose account is not known',
      undefined,
      [
        'skipped',
        'which account launch runs as is not known here',
        'Set TASKPOD_LAUNCH_SERVICE_ACCOUNT, or run "taskpod init".',
      ],
    ],
    [
      'that may not be asked about',
      { ...rights('launch'), answers: unknown('refused') },
      [
        'warning',
        `what ${launch} (launch) may do ${place} could not be checked: this identity may not ask`,
        `An administrator asks: kubectl auth can-i --list --namespace=n --as=${launch}`,
      ],
    ],
    [
      'that the server does not know',
      { ...rights('launch'), asked: 'self', account: undefined, answers: unknown('missing') },
      [
        'skipped',
        `what this identity (launch) may do ${place} cannot be checked: this server does not tell`,
        null,
      ],
    ],
  ])('%s', (_, launch, expected) => {
    expect(ofRights(launch)).toEqual([['cluster.permissions', ...expected]]);
  });

  test('that are those of a person’s own kubeconfig may be more', () => {
    const at = { ...settings, launchServiceAccount: undefined };
    const own = { ...answering({ 'get secrets': true }), asked: 'self' as const, account: 'me' };
    const found = ofRights(own, at, 'kubeconfig:a').filter(([, , what]) => String(what).includes('(launch)'));
    expect(found).toEqual([
      ['cluster.permissions', 'ok', 'me (launch) has its 4 permissions in namespace n of kubeconfig:a', null],
    ]);
  });
});

describe('whose rights are asked for', () => {
  const unset = { ...settings, launchServiceAccount: undefined };
  test.each([
    ['another’s', settings, cluster, known('me'), { asked: 'other', account: launch }],
    [
      'another’s, when nobody says who asks',
      settings,
      cluster,
      unknown('missing'),
      { asked: 'other', account: launch },
    ],
    ['one’s own', settings, cluster, known(launch), { asked: 'self', account: launch }],
    ['nobody’s', unset, cluster, known('me'), undefined],
    ['the kubeconfig’s', unset, 'kubeconfig:a', known('me'), { asked: 'self', account: 'me' }],
    [
      'the kubeconfig’s, whoever that is',
      unset,
      'kubeconfig',
      unknown('missing'),
      { asked: 'self', account: undefined },
    ],
  ])('%s', (_, at, name, user, expected) => {
    expect(askAs('launch', name, at, user)).toEqual(expected);
  });

  test('watch’s by its own account', () => {
    expect(askAs('watch', cluster, settings, known('me'))).toEqual({ asked: 'other', account: watch });
  });
});

describe('rights', () => {
  test('are taken out of rules one by one', () => {
    const rules = [
      { apiGroups: ['', 'g.io'], resources: ['a', 'b/c'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['d'], verbs: ['create'] },
    ];
    expect(rightsOf(rules).map(rightText)).toEqual([
      'get a',
      'list a',
      'get b/c',
      'list b/c',
      'get a.g.io',
      'list a.g.io',
      'get b.g.io/c',
      'list b.g.io/c',
      'create d',
    ]);
  });

  test('that are needed are not dangerous', () => {
    expect(neededRights('launch').map(rightText)).toEqual([
      'create pods',
      'get pods',
      'delete pods',
      'list events',
    ]);
    expect(neededRights('watch').map(rightText)).toEqual([
      'get pods',
      'list pods',
      'watch pods',
      'delete pods',
      'get pods/log',
      'list events',
    ]);
    const isCreate = ({ right, wide }: { right: object; wide: boolean }): boolean =>
      !wide && JSON.stringify(right).includes('"create","group":"","resource":"pods","subresource":""');
    expect(askedRights('launch').dangerous.filter(isCreate)).toEqual([]);
    expect(askedRights('watch').dangerous.filter(isCreate)).toHaveLength(1);
    const asked = askedRights('watch').dangerous.map(each => `${rightText(each.right)} ${each.wide}`);
    expect(asked).toEqual(
      expect.arrayContaining([
        'create pods/exec false',
        'get secrets false',
        'list secrets true',
        'create jobs.batch false',
      ]),
    );
    expect(new Set(asked).size).toBe(asked.length);
  });
});
