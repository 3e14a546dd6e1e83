import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDeploymentFile, readDeployment, writeDeploymentFile } from '../../cli/deployment-file.ts';
import { deploymentKeyNames } from '../../cli/deployment-keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskpod-file-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const deployment = { bucket: 'my-bucket', tasks_topic: 'projects/p/topics/t', clusters: ['kubeconfig:a'] };

describe('readDeployment', () => {
  test('takes what is known, in the one spelling, and ignores the rest', () => {
    const given = {
      ...deployment,
      version: 2,
      watch_topic: null,
      clusters: ['projects/p/zones/z/clusters/c'],
      more: 1,
    };
    expect(readDeployment(given, ['bucket'])).toEqual({
      deployment: { ...deployment, clusters: ['projects/p/locations/z/clusters/c'] },
      problems: [],
    });
  });

  test('tells everything that is wrong or missing at once', () => {
    const given = {
      bucket: 'gs://x',
      tasks_topic: 3,
      dead_letters_subscription: 'projects/p/topics/t',
      namespaces: ['a', 'B'],
      clusters: 'kubeconfig',
      launch_service_account: 'serviceAccount:a@b',
    };
    const { problems } = readDeployment(given, [...deploymentKeyNames]);
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'bucket must be the name of a Cloud Storage bucket, without gs://',
      expect.stringMatching(/^tasks_topic .*expected string/),
      'watch_topic is missing: topic that wakes the watch function',
      'events_topic is missing: topic on which changes of state are announced',
      'dead_letters_subscription must be a full subscription name: projects/PROJECT/subscriptions/SUBSCRIPTION',
      'launch_subscription is missing: push subscription of the launch function',
      'watch_subscription is missing: push subscription of the watch function',
      'cluster is missing: cluster of tasks that name none',
      expect.stringMatching(/^clusters .*expected array/),
      'namespace is missing: namespace of tasks that name none',
      'namespaces.1 must be a Kubernetes namespace: lower-case letters, digits and "-"',
      'launch_service_account must be the e-mail address of a service account',
      'watch_service_account is missing: e-mail address of the account that the watch function runs as',
    ]);
  });

  test.each([null, 'x', [], 3])('refuses %j', document => {
    expect(readDeployment(document, []).problems).toEqual([{ path: '', message: 'must be an object' }]);
  });
});

describe('the file', () => {
  test('is found from any folder below, the nearest first', async () => {
    const below = join(folder, 'a', 'b');
    await mkdir(below, { recursive: true });
    expect(await findDeploymentFile(below)).toBeUndefined();
    await writeDeploymentFile(join(folder, 'taskpod.json'), deployment, { replace: false });
    expect(await findDeploymentFile(below)).toEqual({ path: join(folder, 'taskpod.json'), deployment });
    await writeDeploymentFile(join(below, 'taskpod.json'), { bucket: 'other' }, { replace: false });
    expect((await findDeploymentFile(below))?.deployment).toEqual({ bucket: 'other' });
  });

  test('is replaced only by will, and in one step', async () => {
    const path = join(folder, 'taskpod.json');
    expect(await writeDeploymentFile(path, deployment, { replace: false })).toBe(true);
    expect(await writeDeploymentFile(path, { bucket: 'other' }, { replace: false })).toBe(false);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, ...deployment });
    expect(await writeDeploymentFile(path, { bucket: 'other' }, { replace: true })).toBe(true);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, bucket: 'other' });
    expect(await readdir(folder)).toEqual(['taskpod.json']);
  });

  test.each([true, false])('that cannot be written is bad usage (replace: %s)', async replace => {
    await expect(
      writeDeploymentFile(join(folder, 'none', 'x'), deployment, { replace }),
    ).rejects.toMatchObject({
      code: 'bad_usage',
      action: 'Run it in a folder that you may write to.',
    });
  });

  test.each([
    ['{', 'is not JSON'],
    ['{"bucket": 3, "cluster": "x"}', /: bucket: .*; cluster: must be "kubeconfig"/],
    ['{}', ': bucket: is missing: bucket that holds runs, without gs://'],
  ])('%s is refused', async (text, message) => {
    await writeFile(join(folder, 'taskpod.json'), text);
    await expect(findDeploymentFile(folder)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(message),
      action: 'Mend it, or write it anew with "taskpod init --force".',
    });
  });

  test('that is a folder is refused', async () => {
    await mkdir(join(folder, 'taskpod.json'));
    await expect(findDeploymentFile(folder)).rejects.toMatchObject({ code: 'invalid_configuration' });
  });

  test.runIf(process.getuid?.() === 0)('of another user is refused', async () => {
    const path = join(folder, 'taskpod.json');
    await writeDeploymentFile(path, deployment, { replace: false });
    await chown(path, 4_321, 4_321);
    await expect(findDeploymentFile(folder)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: `${path} belongs to another user`,
    });
  });
});
