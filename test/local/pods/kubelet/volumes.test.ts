import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ResourceStore, VersionCounter } from '../../../../local/pods/api/resource-store.ts';
import { type ConfigObject, ConfigSources } from '../../../../local/pods/kubelet/config-sources.ts';
import { containerMounts, MountProblem, mountTarget } from '../../../../local/pods/kubelet/mounts.ts';
import { prepareVolume, type ReadyVolume, VolumeProblem } from '../../../../local/pods/kubelet/volumes.ts';
import { makePod } from '../make-emulated-pod.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'taskpod-volumes-')));
});
afterEach(() => rm(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');

function sources(): ConfigSources {
  const versions = new VersionCounter(0);
  const store = (name: string, object: Partial<ConfigObject>): ResourceStore<ConfigObject> => {
    const made = new ResourceStore<ConfigObject>(name, versions, 10);
    const metadata = { name: 'x', namespace: 'ns', uid: name, resourceVersion: '', creationTimestamp: '' };
    made.add({ metadata, ...object });
    return made;
  };
  return new ConfigSources(
    store('secrets', { data: { key: base64('s3cret'), other: base64('o') } }),
    store('configmaps', { data: { 'app.conf': 'ä=1\n' }, binaryData: { raw: base64('r') } }),
  );
}

async function prepare(volume: Record<string, unknown>): Promise<ReadyVolume> {
  const pod = makePod(
    {
      containers: [{ name: 'base', image: 'i', resources: { limits: { cpu: '2' } } }],
      volumes: [{ name: 'v', ...volume }],
    },
    { labels: { b: 'two', a: 'one "1"' } },
  );
  const [first] = pod.spec.volumes;
  if (first === undefined) throw new Error('no volume');
  return prepareVolume(pod, first, path.join(folder, 'v'), sources(), { cpu: 4, memoryBytes: 1 });
}

/** The files of a volume: path to [content, mode]. */
async function filesOf(volume: ReadyVolume): Promise<Record<string, [string, string]>> {
  const names = await readdir(volume.source, { recursive: true });
  const files: Record<string, [string, string]> = {};
  for (const name of names.sort()) {
    const file = path.join(volume.source, name);
    const found = await stat(file);
    if (found.isFile()) files[name] = [await readFile(file, 'utf8'), (found.mode & 0o777).toString(8)];
  }
  return files;
}

describe('prepareVolume', () => {
  test.each([
    ['secret', { secret: { secretName: 'x' } }, { key: ['s3cret', '644'], other: ['o', '644'] }],
    [
      'items with modes',
      {
        secret: {
          secretName: 'x',
          defaultMode: 0o400,
          items: [
            { key: 'key', path: 'a/b' },
            { key: 'other', path: 'c', mode: 0o755 },
          ],
        },
      },
      { 'a/b': ['s3cret', '400'], c: ['o', '755'] },
    ],
    ['configMap', { configMap: { name: 'x' } }, { 'app.conf': ['ä=1\n', '644'], raw: ['r', '644'] }],
    ['optional and missing', { configMap: { name: 'none', optional: true } }, {}],
    [
      'optional with a missing key',
      { secret: { secretName: 'x', optional: true, items: [{ key: 'none', path: 'n' }] } },
      {},
    ],
    [
      'downwardAPI',
      {
        downwardAPI: {
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
            {
              path: 'cpu',
              resourceFieldRef: { containerName: 'base', resource: 'limits.cpu', divisor: '1m' },
            },
          ],
        },
      },
      { cpu: ['2000', '644'], labels: ['a="one \\"1\\""\nb="two"', '644'] },
    ],
    [
      'projected',
      {
        projected: {
          defaultMode: 0o440,
          sources: [
            { secret: { name: 'x', items: [{ key: 'key', path: 'k' }] } },
            { configMap: { name: 'x', items: [{ key: 'raw', path: 'r' }] } },
            { downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
      { k: ['s3cret', '440'], n: ['pod', '440'], r: ['r', '440'] },
    ],
  ])('%s', async (_, volume, files) => {
    const ready = await prepare(volume);
    expect([ready.kind, ready.readOnly, ready.owned]).toEqual(['dir', true, true]);
    expect(await filesOf(ready)).toEqual(files);
  });

  test('an emptyDir is empty and everybody may write', async () => {
    const ready = await prepare({ emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } });
    const { mode } = await stat(ready.source);
    expect([ready.readOnly, await readdir(ready.source), mode & 0o777]).toEqual([false, [], 0o777]);
  });

  test.each([
    [{ secret: { secretName: 'none' } }, 'secret "none" not found'],
    [
      { configMap: { name: 'x', items: [{ key: 'none', path: 'n' }] } },
      'references non-existent configmap key: none',
    ],
    [{ secret: { secretName: 'x', items: [{ key: 'key', path: '../k' }] } }, 'must be relative'],
    [{ persistentVolumeClaim: { claimName: 'c' } }, 'has no persistentVolumeClaim volumes'],
    [
      { projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      'has no serviceAccountToken volumes',
    ],
    [{ hostPath: { path: '/no/such/path' } }, '/no/such/path does not exist'],
    [{ hostPath: { path: '/dev/null', type: 'DirectoryOrCreate' } }, '/dev/null is not a directory'],
    [{ hostPath: { path: '/', type: 'File' } }, '/ is not a file'],
  ])('%j cannot be set up: %s', async (volume, why) => {
    const failure = await prepare(volume).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(VolumeProblem);
    expect(String(failure)).toContain('MountVolume.SetUp failed for volume "v" : ');
    expect(String(failure)).toContain(why);
  });

  test('a hostPath is shown as it is, and nothing may be created in it', async () => {
    const shown = { source: folder, kind: 'dir', readOnly: false, owned: false };
    expect(await prepare({ hostPath: { path: folder, type: 'Directory' } })).toEqual(shown);
    expect(await prepare({ hostPath: { path: '/dev/null' } })).toEqual({
      ...shown,
      source: '/dev/null',
      kind: 'file',
    });
  });
});

describe('containerMounts', () => {
  async function mountsOf(volumeMounts: unknown[], volumes: Record<string, Partial<ReadyVolume>> = {}) {
    const ready = { source: folder, kind: 'dir', readOnly: false, owned: true } as const;
    const all = new Map(
      Object.entries({ v: {}, ...volumes }).map(([name, more]) => [name, { ...ready, ...more }]),
    );
    const [container] = makePod({ containers: [{ name: 'base', image: 'i', volumeMounts }] }).spec.containers;
    if (container === undefined) throw new Error('no container');
    return containerMounts(container, all, { POD: 'me' });
  }
  const mount = (more: object) => ({ name: 'v', mountPath: '/data', ...more });
  const whole = { target: '/data', source: '', kind: 'dir', readOnly: false, owned: true };

  test('a whole volume, and one that is only read', async () => {
    expect(await mountsOf([mount({}), mount({ mountPath: 'rel//x/', readOnly: true })])).toEqual([
      { ...whole, source: folder },
      { ...whole, source: folder, target: '/rel/x', readOnly: true },
    ]);
  });

  test('a subPath that is not there is made; one that is a file is mounted as a file', async () => {
    await writeFile(path.join(folder, 'f'), '');
    expect(
      await mountsOf([
        mount({ subPath: 'a/b' }),
        mount({ subPathExpr: 'logs/$(POD)' }),
        mount({ subPath: 'f' }),
      ]),
    ).toEqual([
      { ...whole, source: path.join(folder, 'a/b') },
      { ...whole, source: path.join(folder, 'logs/me') },
      { ...whole, source: path.join(folder, 'f'), kind: 'file' },
    ]);
  });

  test.each([
    ['a path out of the volume', { subPathExpr: '../$(POD)' }, {}],
    ['a link out of the volume', { subPath: 'out' }, {}],
    ['a new path in a Secret', { subPath: 'new' }, { readOnly: true }],
    ['a new path in a hostPath', { subPath: 'new' }, { owned: false }],
  ])('%s is refused', async (_, more, volume) => {
    await symlink(tmpdir(), path.join(folder, 'out'));
    await mkdir(path.join(folder, 'in'));
    await expect(mountsOf([mount(more)], { v: volume })).rejects.toThrow(MountProblem);
  });

  test.each([
    ['/a/b/', '/a/b'],
    ['a', '/a'],
    ['/a/../b//c/.', '/b/c'],
    ['/', '/'],
  ])('mountTarget(%j) is %j', (mountPath, target) => {
    expect(mountTarget(mountPath)).toBe(target);
  });
});
