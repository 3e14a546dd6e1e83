import { describe, expect, test } from 'vitest';
import { baseContainer, judge } from '../judge.ts';
import { judgeTask } from '../judge-task.ts';

const dnsLabel = 'must be 1 to 63 lower-case letters, digits or "-", with a letter or digit first and last';
const init = { name: 'prepare', image: 'busybox' };
const data = { name: 'data', emptyDir: {} };
const mount = { name: 'data', mountPath: '/data' };
const inside = 'must be a relative path without ".."';
const anotherPath = 'is the mount path of another volume: choose another';
const anotherVolume = 'is the name of another volume: choose another';

describe('volumes', () => {
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    { keys: { volumes: [{ name: 'Data' }] }, problems: [`volumes.0.name: ${dnsLabel}`] },
    { keys: { volumes: [data, data] }, problems: [`volumes.1.name: ${anotherVolume}`] },
    {
      keys: { volumes: [{ name: 'xcom' }], do_xcom_push: true },
      problems: ['volumes.0.name: is the name of the XCom volume: choose another'],
    },
    {
      keys: { volumes: [{ name: 'xcom' }, { name: 'xcom' }] },
      problems: [`volumes.1.name: ${anotherVolume}`],
    },
    {
      keys: { volumes: [data, data], do_xcom_push: true },
      problems: [`volumes.1.name: ${anotherVolume}`],
    },
    {
      keys: { volumes: [data], full_pod_spec: { spec: { volumes: [data] } } },
      problems: [`volumes.0.name: ${anotherVolume}`],
    },
    {
      keys: {
        volumes: [{ name: 'secretvol0', emptyDir: {} }],
        secrets: [{ deploy_type: 'volume', deploy_target: '/s', secret: 'db' }],
      },
      problems: [`secrets.0: ${anotherVolume}`],
    },
    {
      keys: { volumes: [{ ...data, configMap: { name: 'x' } }] },
      problems: ['volumes.0: has more than one source (emptyDir, configMap): keep one'],
    },
    { keys: { volumes: [{ ...data, configMap: null }] }, problems: [] },
    { keys: { volumes: [{ name: 'plain' }] }, problems: [] },
    { keys: { volumes: [{ name: 'a', image: { reference: 'busybox:1' } }] }, problems: [] },
    { keys: { volumes: [{ name: 'a', image: {} }] }, problems: [] },
    ...['', ' busybox', 'a/B'].map(reference => ({
      keys: { volumes: [{ name: 'a', image: { reference } }] },
      problems: [
        'volumes.0.image.reference: is not an image reference: write [registry/]repository[:tag][@digest], the repository in lower case, without blanks',
      ],
    })),
  ])('$problems', ({ keys, problems }) => {
    expect(judgeTask(keys)).toEqual({ invalid: problems, refused: [] });
  });
});

describe('mounts', () => {
  test.each<{ keys: Record<string, unknown>; problems: string[] }>([
    {
      keys: { volume_mounts: [mount] },
      problems: ['volume_mounts.0.name: names no volume of this task: add it to volumes'],
    },
    {
      keys: { volumes: [data], volume_mounts: [{ ...mount, name: 'dada' }] },
      problems: ['volume_mounts.0.name: names no volume of this task; did you mean "data"?'],
    },
    {
      keys: { init_containers: [{ ...init, volumeMounts: [mount] }] },
      problems: ['init_containers.0.volumeMounts.0.name: names no volume of this task: add it to volumes'],
    },
    {
      keys: { volumes: [data], volume_mounts: [mount, { ...mount, mountPath: '//data/' }] },
      problems: [`volume_mounts.1.mountPath: ${anotherPath}`],
    },
    {
      keys: {
        volumes: [data],
        volume_mounts: [mount],
        init_containers: [{ ...init, volumeMounts: [mount] }],
      },
      problems: [],
    },
    {
      keys: {
        volumes: [data],
        volume_mounts: [
          { ...mount, mountPath: '/' },
          { ...mount, mountPath: '//' },
        ],
      },
      problems: [`volume_mounts.1.mountPath: ${anotherPath}`],
    },
    {
      keys: {
        volumes: [data],
        volume_mounts: [
          { ...mount, mountPath: 'a:b' },
          { ...mount, mountPath: '' },
        ],
      },
      problems: [
        'volume_mounts.0.mountPath: must be a path, without ":"',
        'volume_mounts.1.mountPath: must be a path, without ":"',
      ],
    },
    ...['..', '../a', 'a/..', 'a/../b', '/a'].flatMap(subPath => [
      {
        keys: { volumes: [data], volume_mounts: [{ ...mount, subPath }] },
        problems: [`volume_mounts.0.subPath: ${inside}`],
      },
      {
        keys: { volumes: [data], volume_mounts: [{ ...mount, subPathExpr: subPath }] },
        problems: [`volume_mounts.0.subPathExpr: ${inside}`],
      },
    ]),
    ...['a', 'a/b', '..a/b..', 'a/..b/c', ''].map(subPath => ({
      keys: { volumes: [data], volume_mounts: [{ ...mount, subPath }] },
      problems: [],
    })),
    {
      keys: {
        volumes: [data],
        volume_mounts: [
          { ...mount, mountPath: '/airflow/xcom' },
          { ...mount, mountPath: '/airflow/xcom' },
        ],
      },
      problems: [`volume_mounts.1.mountPath: ${anotherPath}`],
    },
    ...['sidecar', 'termination_message'].map(xcom_transport => ({
      keys: {
        volumes: [data],
        volume_mounts: [{ ...mount, mountPath: '/airflow/xcom/' }],
        do_xcom_push: true,
        xcom_transport,
      },
      problems: [
        'volume_mounts.0.mountPath: is where the XCom value goes: mount elsewhere, or leave do_xcom_push out',
      ],
    })),
    {
      keys: {
        volumes: [data],
        init_containers: [{ ...init, volumeMounts: [{ ...mount, mountPath: '/airflow/xcom' }] }],
        do_xcom_push: true,
      },
      problems: [],
    },
    { keys: { do_xcom_push: true }, problems: [] },
    {
      keys: { secrets: [{ deploy_type: 'volume', deploy_target: '/s', secret: 'db' }] },
      problems: [],
    },
    {
      keys: {
        volumes: [data],
        volume_mounts: [{ ...mount, mountPath: '/s' }],
        secrets: [{ deploy_type: 'volume', deploy_target: '/s', secret: 'db' }],
      },
      problems: [`secrets.0.deploy_target: ${anotherPath}`],
    },
    {
      keys: { pod_template_dict: { spec: { containers: [{ volumeMounts: [mount] }] } } },
      problems: [
        'pod_template_dict.spec.containers.0.volumeMounts.0.name: names no volume of this task: add it to volumes',
      ],
    },
  ])('$problems', ({ keys, problems }) => {
    expect(judgeTask(keys)).toEqual({ invalid: problems, refused: [] });
  });

  test.each<Record<string, unknown>>([
    { volumes: 'data' },
    { volumes: [{ ...data, confgMap: {} }] },
    { secrets: 'db' },
    { full_pod_spec: 'pod' },
    { pod_template_dict: [] },
  ])('a mount is not blamed while its volume may be in what is wrong: %j', keys => {
    expect(judgeTask({ ...keys, volume_mounts: [mount] })).toEqual({ invalid: [], refused: [] });
  });

  test('parts of another type are left to the schema', () => {
    const pods = [
      { volumeMounts: 'data' },
      { volumeMounts: [null, 5, {}, { name: 5, mountPath: 5, subPath: 5 }] },
    ];
    for (const fields of pods) {
      const spec = { containers: [{ ...baseContainer, ...fields }], volumes: [null, 'x', { name: 5 }] };
      expect(judge({ spec })).toEqual({ invalid: [], refused: [] });
    }
  });
});
