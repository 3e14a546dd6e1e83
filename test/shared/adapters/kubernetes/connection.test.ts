import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigConnection } from '../../../../shared/adapters/kubernetes/connection.ts';

let folder: string;
let files: string;

const kubeconfig = (name: string) =>
  JSON.stringify({
    clusters: [{ name, cluster: { server: `https://${name}.invalid/` } }],
    users: [{ name, user: { token: `token-${name}` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-kubeconfig-'));
  const names = ['a', 'b'];
  for (const name of names) await writeFile(join(folder, name), kubeconfig(name));
  files = names.map(name => join(folder, name)).join(delimiter);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  { context: undefined, server: 'https://b.invalid', token: 'token-b' },
  { context: 'a', server: 'https://a.invalid', token: 'token-a' },
])('several files are one kubeconfig: context $context', async ({ context, server, token }) => {
  const connection = await kubeconfigConnection(context, files);
  expect([connection.server, await connection.headers()]).toEqual([
    server,
    { Authorization: `Bearer ${token}` },
  ]);
});

test('a file that is not there is told', async () => {
  await expect(kubeconfigConnection(undefined, join(folder, 'none'))).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: 'the kubeconfig cannot be read',
  });
});
