import type { Right } from '../../shared/ports/inspect.ts';
import permissions from '../../terraform/modules/namespace/permissions.json' with { type: 'json' };
import type { Part } from './facts.ts';

/** A right to ask about; `wide`: in all namespaces at once. */
export interface AskedRight {
  right: Right;
  wide: boolean;
}

/** A rule of a Role. */
interface Rule {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
}

/** rightsOf takes the rules of a Role apart, one right for each verb on each resource. */
export function rightsOf(rules: readonly Rule[]): Right[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap(group =>
      resources.flatMap(whole => {
        const [resource = '', subresource = ''] = whole.split('/', 2);
        return verbs.map(verb => ({ verb, group, resource, subresource }));
      }),
    ),
  );
}

/** neededRights are the rights that a function has to have in each namespace: terraform/modules/namespace/permissions.json. */
export function neededRights(part: Part): Right[] {
  return rightsOf(permissions[part]);
}

/**
 * What makes out of a function more than a function: running commands in Pods, reading Secrets, taking other identities, starting
 * what outlives a Pod, giving rights away. https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
const dangerousRules: Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['create', 'update', 'patch', 'deletecollection'] },
  { apiGroups: [''], resources: ['pods/exec', 'pods/attach', 'pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['update', 'patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'] },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create', 'impersonate'] },
  { apiGroups: [''], resources: ['configmaps', 'services', 'persistentvolumeclaims'], verbs: ['create'] },
  { apiGroups: [''], resources: ['replicationcontrollers'], verbs: ['create'] },
  { apiGroups: ['apps'], resources: ['deployments', 'daemonsets', 'statefulsets'], verbs: ['create'] },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['create'] },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings'],
    verbs: ['create', 'update'],
  },
];

/** The same beyond the namespaces of the deployment. */
const dangerousEverywhere: Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'list'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
  { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
  { apiGroups: [''], resources: ['users', 'groups'], verbs: ['impersonate'] },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterrolebindings'], verbs: ['create'] },
];

/** askedRights are all rights of a function that matter in a namespace: those it needs, then those it should not have. */
export function askedRights(part: Part): { needed: AskedRight[]; dangerous: AskedRight[] } {
  const needed = neededRights(part);
  const names = new Set(needed.map(rightText));
  const dangerous = rightsOf(dangerousRules).filter(right => !names.has(rightText(right)));
  return {
    needed: needed.map(right => ({ right, wide: false })),
    dangerous: [
      ...dangerous.map(right => ({ right, wide: false })),
      ...rightsOf(dangerousEverywhere).map(right => ({ right, wide: true })),
    ],
  };
}

/** rightText is a right in words, as kubectl takes them: `get pods/log`, `create jobs.batch`. */
export function rightText(right: Right): string {
  return `${right.verb} ${resourceText(right)}`;
}

/** resourceText is what a right is about, as kubectl takes it. */
export function resourceText({ group, resource, subresource }: Right): string {
  return `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
}
