import { roleOf } from '../support/grants.ts';
import { type Action, taskPod } from './actions.ts';

/** What a try comes to: the status code, or the gate that answered 403 (of the policy, by its message). */
export type Answer = number | 'RBAC' | 'Pod Security' | RegExp;

/** What it comes to for each user; who is not named is refused by RBAC. */
export type Answers = { launch?: Answer; watch?: Answer; nobody?: Answer };

/** What is done, with which call, what it comes to, and the call's body. */
export type Row = [name: string, action: Action, answers?: Answers, body?: unknown];

const uid = '00000000-0000-0000-0000-000000000000';
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid };
const busybox = { name: 'base', image: 'busybox:1.35' };
const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/:namespace/roles';
const jobs = '/apis/batch/v1/namespaces/:namespace/jobs';
const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const there = '/api/v1/namespaces/:elsewhere';

const another = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } };
const label = { metadata: { labels: { a: 'b' } } };
const named = { metadata: { name: ':unused' } };
const debug = { spec: { ephemeralContainers: [{ ...busybox, name: 'debug' }] } };
const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: ':ours' } };
const toNode = { metadata: { name: ':ours' }, target: { kind: 'Node', name: 'localhost' } };
const job = { ...named, spec: { template: { spec: { restartPolicy: 'Never', containers: [busybox] } } } };
const event = {
  ...named,
  involvedObject: { kind: 'Pod', name: 'a', namespace: ':namespace' },
  type: 'Normal',
};
const mayList = { spec: { resourceAttributes: { resource: 'pods', verb: 'list' } } };

const unmarked = /^policy: Taskpod's functions touch only Pods with the label /;
const unwatched = /^policy: a task's Pod has the label taskpod.dev\/scope/;
const nothingElse = /^policy: Taskpod's functions create and delete Pods, and write nothing else/;
const onlyLaunch = /^policy: of Taskpod's functions only launch creates/;

type Fields = Record<string, unknown>;

/** The row of a Pod that differs from a task's in these fields; `answer` is launch's. */
function creating(name: string, answer: Answer, spec: Fields = {}, metadata: Fields = {}): Row {
  return [`create ${name}`, 'POST pods', { launch: answer }, taskPod(':unused', spec, metadata)];
}

const withContainer = (fields: Fields): Fields => ({ containers: [{ ...busybox, ...fields }] });
const taskpods = { 'app.kubernetes.io/managed-by': 'taskpod' };
const helms = { 'app.kubernetes.io/managed-by': 'helm', 'taskpod.dev/scope': 'a' };

/** What can be asked of the API server, and what it answers in a namespace as terraform/modules/namespace makes it. */
export const asGranted: Row[] = [
  creating('a task’s Pod', 201),
  creating('a task’s Pod with a service account of the list', 201, { serviceAccountName: 'reports' }),
  creating('a Pod without labels', unmarked, {}, { labels: {} }),
  creating('a Pod of another manager', unmarked, {}, { labels: helms }),
  creating('a Pod without a scope', unwatched, {}, { labels: taskpods }),
  creating('a Pod that does not explain itself', unmarked, {}, { annotations: {} }),
  creating('a Pod with a foreign service account', /^policy: this service/, {
    serviceAccountName: 'builder',
  }),
  creating('a Pod with an owner', /^policy: .*no ownerReferences/, {}, { ownerReferences: [owner] }),
  creating('a Pod with a finalizer', /^policy: .*no finalizers/, {}, { finalizers: ['example.com/a'] }),
  creating('a Pod on a node of its choice', /^policy: .*no nodeName/, { nodeName: 'localhost' }),
  creating('a Pod of high rank', /^policy: .*priority/, { priorityClassName: 'system-node-critical' }),
  creating('a Pod that starts again', /^policy: .*restartPolicy/, { restartPolicy: 'Always' }),
  creating('a privileged Pod', 'Pod Security', withContainer({ securityContext: { privileged: true } })),
  creating(
    'a Pod with a capability',
    'Pod Security',
    withContainer({ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }),
  ),
  creating('a Pod with the node’s files', 'Pod Security', {
    volumes: [{ name: 'v', hostPath: { path: '/' } }],
  }),
  creating('a Pod on the node’s network', 'Pod Security', { hostNetwork: true }),
  creating('a Pod that sees the node’s processes', 'Pod Security', { hostPID: true }),
  creating('a Pod with the node’s IPC', 'Pod Security', { hostIPC: true }),
  creating(
    'a Pod with a port of the node',
    'Pod Security',
    withContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }),
  ),

  ['read a Pod', 'GET pods/:ours', { launch: 200, watch: 200 }],
  ['read somebody else’s Pod', 'GET pods/:foreign', { launch: 200, watch: 200 }],
  ['list Pods', 'GET pods', { watch: 200 }],
  ['list Pods by label', 'GET pods?labelSelector=taskpod.dev/scope=of-a-test', { watch: 200 }],
  ['watch Pods', 'GET pods?watch=true&timeoutSeconds=1', { watch: 200 }],
  ['delete a task’s Pod', 'DELETE pods/:ours', { launch: 200, watch: 200 }],
  ['delete a Pod that another has replaced', 'DELETE pods/:ours', { launch: 409, watch: 409 }, another],
  ['delete somebody else’s Pod', 'DELETE pods/:foreign', { launch: unmarked, watch: unmarked }],
  ['delete all Pods', 'DELETE pods?labelSelector=a=b'],
  ['patch a Pod', 'PATCH pods/:ours', {}, label],
  ['replace a Pod', 'PUT pods/:ours', {}, taskPod(':ours')],
  ['write a Pod’s status', 'PATCH pods/:ours/status', {}, { status: { phase: 'Failed' } }],
  ['read a Pod’s status', 'GET pods/:ours/status'],
  ['resize a Pod', 'PATCH pods/:ours/resize', {}, label],
  ['put a container into a Pod', 'PATCH pods/:ours/ephemeralcontainers', {}, debug],
  ['evict a Pod', 'POST pods/:ours/eviction', {}, eviction],
  ['bind a Pod to a node', 'POST pods/:ours/binding', {}, toNode],

  ['read a log', 'GET pods/:ended/log?container=base&timestamps=true', { watch: 200 }],
  ['follow a log', 'GET pods/:ended/log?container=base&follow=true', { watch: 200 }],
  ['run a program in a Pod', 'POST pods/:ended/exec?command=id&stdout=true'],
  ['run a program in a Pod, by GET', 'GET pods/:ended/exec?command=id&stdout=true'],
  ['attach to a Pod', 'POST pods/:ended/attach?stdout=true'],
  ['attach to a Pod, by GET', 'GET pods/:ended/attach?stdout=true'],
  ['forward a port', 'POST pods/:ended/portforward?ports=80'],
  ['speak with a Pod through the API server', 'GET pods/:ended/proxy/'],

  ['list events', 'GET events?fieldSelector=involvedObject.name=:ended', { launch: 200, watch: 200 }],
  ['watch events', 'GET events?watch=true&timeoutSeconds=1'],
  ['create an event', 'POST events', {}, event],

  ['list Secrets', 'GET secrets'],
  ['read a Secret', 'GET secrets/given'],
  ['create a Secret', 'POST secrets', {}, named],
  ['read a ConfigMap', 'GET configmaps/given'],
  ['create a ConfigMap', 'POST configmaps', {}, named],
  ['read a service account', 'GET serviceaccounts/reports'],
  ['make a token of a service account', 'POST serviceaccounts/reports/token', {}, { spec: {} }],
  ['read its own Role', `GET ${roles}/${roleOf('launch')}`],
  ['give itself a Role', `POST ${roles}`, {}, { ...named, rules: [] }],
  ['create a Job', `POST ${jobs}`, {}, job],
  ['list quotas', 'GET resourcequotas'],
  ['read the namespace', 'GET /api/v1/namespaces/:namespace'],
  ['relabel the namespace', 'PATCH /api/v1/namespaces/:namespace', {}, label],
  ['delete the namespace', 'DELETE /api/v1/namespaces/:namespace'],

  ['create a Pod in another namespace', `POST ${there}/pods`, {}, taskPod(':unused')],
  ['list the Pods of another namespace', `GET ${there}/pods`],
  ['read a Pod of another namespace', `GET ${there}/pods/a`],
  ['delete a Pod of another namespace', `DELETE ${there}/pods/a`],
  ['read a log of another namespace', `GET ${there}/pods/a/log`],
  ['list the Pods of all namespaces', 'GET /api/v1/pods'],
  ['list namespaces', 'GET /api/v1/namespaces'],
  ['list nodes', 'GET /api/v1/nodes'],
  ['speak with a node', 'GET /api/v1/nodes/localhost/proxy/pods'],
  ['take the policy away', `DELETE ${policies}/taskpod-:namespace`],
  ['ask which API there is', 'GET /version', { launch: 200, watch: 200, nobody: 200 }],
  ['ask what it may do', `POST ${reviews}`, { launch: 201, watch: 201, nobody: 201 }, mayList],
];

const both = (answer: Answer): Answers => ({ launch: answer, watch: answer });

/** The same for functions that somebody has made administrators of the namespace besides, for example by a role of IAM. */
export const asAdministrator: Row[] = [
  ['create a task’s Pod', 'POST pods', { launch: 201, watch: onlyLaunch }, taskPod(':unused')],
  [
    'create a Pod without labels',
    'POST pods',
    { launch: unmarked, watch: onlyLaunch },
    taskPod(':unused', {}, { labels: {} }),
  ],
  ['delete a task’s Pod', 'DELETE pods/:ours', both(200)],
  ['delete somebody else’s Pod', 'DELETE pods/:foreign', both(unmarked)],
  ['delete all of somebody else’s', 'DELETE pods?fieldSelector=metadata.name=:foreign', both(unmarked)],
  ['patch a Pod', 'PATCH pods/:ours', both(nothingElse), label],
  ['evict a Pod', 'POST pods/:ours/eviction', both(nothingElse), eviction],
  ['run a program in a Pod', 'POST pods/:ended/exec?command=id&stdout=true', both(nothingElse)],
  ['attach to a Pod', 'POST pods/:ended/attach?stdout=true', both(nothingElse)],
  ['forward a port', 'POST pods/:ended/portforward?ports=80', both(nothingElse)],
  ['create a Secret', 'POST secrets', both(nothingElse), named],
  ['create a ConfigMap', 'POST configmaps', both(nothingElse), named],
  ['make a token', 'POST serviceaccounts/reports/token', both(nothingElse), { spec: {} }],
  ['create a Job', `POST ${jobs}`, both(nothingElse), job],
  ['give itself a Role', `POST ${roles}`, both(nothingElse), { ...named, rules: [] }],
  ['read a Secret, which no policy sees', 'GET secrets/given', both(200)],
];
