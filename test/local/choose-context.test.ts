import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { chooseContexts } from '../../local/choose-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-context-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function kubeconfig(name: string, contexts: string[], namespace?: string): Promise<string> {
  const path = join(folder, name);
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contexts[0],
    clusters: contexts.map(context => ({
      name: context,
      cluster: { server: `https://${context}.test`, 'certificate-authority': 'ca.crt' },
    })),
    contexts: contexts.map(context => ({
      name: context,
      context: { cluster: context, user: name, namespace },
    })),
    users: [{ name, user: { token: 'secret' } }],
  };
  await writeFile(path, stringify(document));
  return path;
}

test('contexts are looked up in all files, and nothing of the user’s files is copied', async () => {
  const one = await kubeconfig('one', ['a', 'b'], 'team');
  const two = await kubeconfig('two', ['c']);
  const files = await readdir(folder);
  expect(await chooseContexts(['b', 'c'], { KUBECONFIG: `${one}:${two}` })).toEqual({
    kubeconfig: `${one}:${two}`,
    namespaces: ['team', 'default'],
  });
  expect(await readdir(folder)).toEqual(files);
});

test('without KUBECONFIG it is the file in the home folder', async () => {
  await expect(chooseContexts(['b'], { HOME: folder })).rejects.toMatchObject({
    code: 'bad_usage',
    action: `Look at ${join(folder, '.kube', 'config')}, or set KUBECONFIG.`,
  });
});

test.each([
  {
    context: 'x',
    text: undefined,
    message: 'the kubeconfig has no context "x"',
    action: 'Choose one of: a, b.',
  },
  {
    context: 'x',
    text: 'contexts: 3',
    message: expect.stringMatching(/bad cannot be read as a kubeconfig$/),
    action: 'Mend it, or set KUBECONFIG to another.',
  },
  {
    context: 'x',
    text: 'a: [',
    message: expect.stringMatching(/bad cannot be read as a kubeconfig$/),
    action: 'Mend it, or set KUBECONFIG to another.',
  },
])('$text: $action', async ({ context, text, message, action }) => {
  const paths = [await kubeconfig('one', ['a', 'b'])];
  if (text !== undefined) {
    paths.push(join(folder, 'bad'));
    await writeFile(join(folder, 'bad'), text);
  }
  const chosen = chooseContexts(['a', context], { KUBECONFIG: paths.join(':') });
  await expect(chosen).rejects.toMatchObject({ code: 'bad_usage', message, action });
});
