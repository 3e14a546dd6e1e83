import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Place, questionOf, taskPod } from './permissions/actions.ts';
import { type Answer, type Answers, asAdministrator, asGranted, type Row } from './permissions/table.ts';
import { Asker } from './support/asker.ts';
import { clusterEnvironment } from './support/environment.ts';
import { Grants } from './support/grants.ts';
import { type Identities, type Identity, makeIdentities, makeIdentity } from './support/identities.ts';
import { Namespace } from './support/namespace.ts';
import { waitFor } from './support/wait.ts';

const { kubeconfig, lab } = clusterEnvironment();
const suffix = randomBytes(4).toString('hex');
const make = (name: string) => new Namespace(kubeconfig, `taskpod-test-${name}-${suffix}`);

/** As terraform/modules/namespace makes it. */
const granted = make('granted');
/** The same, but the functions are administrators of it besides. */
const excess = make('excess');
/** Administrators too, but without a policy. */
const bare = make('bare');
/** Where they have nothing. */
const elsewhere = make('elsewhere');

type User = 'launch' | 'watch' | 'nobody';
let asker: Asker;
let identities: Identities & Record<User, Identity>;
const grants = [granted, excess].map(({ name }) => new Grants(kubeconfig, name));

beforeAll(async () => {
  asker = await Asker.open();
  const baseline = { 'pod-security.kubernetes.io/enforce': 'baseline' };
  const made = [granted.create(baseline), excess.create(baseline), bare.create(), elsewhere.create()];
  await Promise.all(made);
  identities = {
    ...(await makeIdentities(kubeconfig, elsewhere.name, lab)),
    nobody: await makeIdentity(kubeconfig, elsewhere.name, lab, 'nobody'),
  };
  for (const grant of grants) await grant.create(identities, ['default', 'reports']);
  const subjects = [identities.launch.subject, identities.watch.subject];
  for (const namespace of [excess, bare]) await namespace.bindClusterRole('admin', subjects);
  await Promise.all([granted, excess].map(fill));
});
afterAll(async () => {
  await asker?.close();
  await Promise.all(grants.map(grant => grant.cleanUp()));
  await Promise.all([granted, excess, bare, elsewhere].map(namespace => namespace.cleanUp()));
});

/** What the actions are tried on; and a policy holds only as soon as the API server has heard of it. */
async function fill(namespace: Namespace): Promise<void> {
  for (const name of ['reports', 'builder']) await namespace.createServiceAccount(name);
  await namespace.createSecret('given', { key: 'hidden' });
  await namespace.createConfigMap('given', { key: 'plain' });
  await namespace.createPod(taskPod('ended', { nodeSelector: {} }));
  await namespace.waitForEnd('ended');
  const unmarked = taskPod('unmarked', {}, { labels: {} });
  await waitFor(async () => ((await createAsLaunch(namespace, unmarked)) === 201 ? undefined : true), {
    what: `the policy of ${namespace.name}`,
    withinMs: 30_000,
  });
}

function createAsLaunch({ name }: Namespace, body: object): Promise<number | string> {
  const path = `/api/v1/namespaces/${name}/pods?dryRun=All`;
  return asker.ask(identities.launch.token, { method: 'POST', path, body });
}

let tries = 0;

/** What an action comes to, tried on Pods of its own. */
async function answerTo(user: User, [, action, , body]: Row, namespace: Namespace): Promise<number | string> {
  const number = ++tries;
  const names = { ours: `ours-${number}`, foreign: `foreign-${number}`, unused: `unused-${number}` };
  const place: Place = {
    namespace: namespace.name,
    elsewhere: elsewhere.name,
    ended: 'ended',
    ...names,
  };
  if (action.includes(':ours')) await namespace.createPod(taskPod(names.ours));
  const theirs = { labels: { app: 'theirs' }, annotations: {} };
  if (action.includes(':foreign')) await namespace.createPod(taskPod(names.foreign, {}, theirs));
  return asker.ask(identities[user].token, questionOf(action, body, place));
}

function matching(answer: Answer): unknown {
  return answer instanceof RegExp ? expect.stringMatching(answer) : answer;
}

async function compare(row: Row, users: readonly User[], namespace: Namespace): Promise<void> {
  const answers: Answers = row[2] ?? {};
  const found: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const user of users) {
    found[user] = await answerTo(user, row, namespace);
    expected[user] = matching(answers[user] ?? 'RBAC');
  }
  expect(found).toEqual(expected);
}

describe.concurrent('what launch, watch and a stranger come to', () => {
  test.each(asGranted)('%s', (...row) => compare(row, ['launch', 'watch', 'nobody'], granted));
});

describe.concurrent('as administrators of the namespace they still write nothing but Pods of tasks', () => {
  test.each(asAdministrator)('%s', (...row) => compare(row, ['launch', 'watch'], excess));
});

test('the policy holds in its own namespace alone', async () => {
  expect(await createAsLaunch(bare, taskPod('unmarked', {}, { labels: {} }))).toBe(201);
});

test('a token that nobody was given is refused before anything else', async () => {
  const question = { method: 'GET', path: `/api/v1/namespaces/${granted.name}/pods` } as const;
  expect(await asker.ask('no-such-token', question)).toBe(401);
});
