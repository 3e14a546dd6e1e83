import { kubeconfigContext } from '../../shared/cluster-name.ts';
import { countOf } from '../commands/common.ts';
import type { ClusterFacts, NamespaceFacts, Part, RightsFacts } from './facts.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { neededRights, resourceText, rightText } from './rights.ts';
import type { Surroundings } from './surroundings.ts';
import { unlearnt } from './unlearnt.ts';

/** checkCluster says whether a cluster can be reached, has its namespaces, and lets each function do its work and no more. */
export function checkCluster(
  { name, version, namespaces }: ClusterFacts,
  surroundings: Surroundings,
): Finding[] {
  if (version.kind !== 'known') {
    const words = {
      about: `the cluster ${name}`,
      ifMissing: 'Correct TASKPOD_CLUSTER or TASKPOD_CLUSTERS, or create it.',
      ifRefused: version.action ?? `Let somebody run this who has container.clusters.get on ${name}.`,
    };
    return [unlearnt('cluster.reachable', version, words)];
  }
  return [
    ok('cluster.reachable', `the cluster ${name} answers, version ${version.value}`),
    ...namespaces.flatMap(namespace => checkNamespace(name, namespace, surroundings)),
  ];
}

function checkNamespace(
  cluster: string,
  { name, found, rights }: NamespaceFacts,
  surroundings: Surroundings,
): Finding[] {
  const place = `namespace ${name} of ${cluster}`;
  if (found.kind === 'missing') {
    const mend = `Apply terraform/modules/namespace, or: kubectl${contextFlag(cluster)} create namespace ${name}`;
    return [failed('cluster.namespace', `${place} does not exist`, mend)];
  }
  const seen =
    found.kind === 'known'
      ? ok('cluster.namespace', `${place} exists`)
      : unlearnt('cluster.namespace', found, {
          about: place,
          ifRefused: `An administrator asks: kubectl${contextFlag(cluster)} get namespace ${name}`,
        });
  const parts = ['launch', 'watch'] as const;
  return [
    seen,
    ...parts.flatMap(part => checkRights({ part, cluster, namespace: name }, rights[part], surroundings)),
  ];
}

/** Which function's rights are looked at, and where. */
interface RightsPlace {
  part: Part;
  cluster: string;
  namespace: string;
}

function checkRights(
  { part, cluster, namespace }: RightsPlace,
  rights: RightsFacts | undefined,
  { accounts }: Surroundings,
): Finding[] {
  const check = 'cluster.permissions';
  const place = `in namespace ${namespace} of ${cluster}`;
  if (rights === undefined) {
    const mend = `Set TASKPOD_${part.toUpperCase()}_SERVICE_ACCOUNT, or run "taskpod init".`;
    return [skipped(check, `which account ${part} runs as is not known here`, mend)];
  }
  const { account = 'this identity', answers } = rights;
  const who = `${account} (${part})`;
  if (answers.kind !== 'known') {
    const ifRefused = `An administrator asks: kubectl${contextFlag(cluster)} auth can-i --list --namespace=${namespace}${rights.asked === 'other' ? ` --as=${account}` : ''}`;
    return [unlearnt(check, answers, { about: `what ${who} may do ${place}`, ifRefused })];
  }
  const needed = neededRights(part).map(rightText);
  const has = new Set(answers.value.filter(each => each.allowed).map(each => nameOf(each)));
  const lacking = needed.filter(right => !has.has(right));
  const found =
    lacking.length === 0
      ? ok(check, `${who} has its ${countOf(needed.length, 'permission')} ${place}`)
      : failed(
          check,
          `${who} may not ${lacking.join(', ')} ${place}`,
          grant({ part, cluster, namespace }, account, lacking),
        );
  // Of a person's own kubeconfig it is no news that it may do more than a function.
  return accounts[part] === undefined ? [found] : [found, checkExcess(who, place, answers.value, needed)];
}

type Answers = Extract<RightsFacts['answers'], { kind: 'known' }>['value'];

function nameOf({ right, wide }: Omit<Answers[number], 'allowed'>): string {
  return wide ? `${rightText(right)} in all namespaces` : rightText(right);
}

function checkExcess(who: string, place: string, answers: Answers, needed: readonly string[]): Finding {
  const more = answers
    .filter(({ allowed }) => allowed)
    .map(nameOf)
    .filter(name => !needed.includes(name));
  if (more.length === 0) return ok('cluster.excess', `${who} may do nothing dangerous ${place}`);
  return warning(
    'cluster.excess',
    `${who} may do more than it needs ${place}: ${more.join(', ')}`,
    'Take away the role that gives it: see its RoleBindings and ClusterRoleBindings, and its roles in the project, such as Kubernetes Engine Developer.',
  );
}

/** kubectl's words for giving rights that are missing; one role for each resource, because a role's verbs go for all its resources. */
function grant(
  { part, cluster, namespace }: RightsPlace,
  account: string,
  lacking: readonly string[],
): string {
  const rights = neededRights(part).filter(right => lacking.includes(rightText(right)));
  const kubectl = `kubectl${contextFlag(cluster)} --namespace=${namespace}`;
  const commands = [...Map.groupBy(rights, resourceText)].flatMap(([resource, group]) => {
    const role = `taskpod-${part}-${resource.replaceAll(/[./]/g, '-')}`;
    const verbs = group.map(({ verb }) => verb).join(',');
    return [
      `${kubectl} create role ${role} --verb=${verbs} --resource=${resource}`,
      `${kubectl} create rolebinding ${role} --role=${role} --user=${account}`,
    ];
  });
  return `Apply terraform/modules/namespace, or: ${commands.join('; ')}`;
}

function contextFlag(cluster: string): string {
  const context = kubeconfigContext(cluster)?.context;
  return context === undefined ? '' : ` --context=${context}`;
}
