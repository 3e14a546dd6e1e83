import { describe, expect, test } from 'vitest';
import { secretLayer } from '../../../../../functions/launch/compose/layer/secrets.ts';
import { placeOf, toJson } from '../../../../../functions/launch/compose/sourced.ts';
import { makeTask } from '../../make-task.ts';

const layerOf = (secrets: object[]) => secretLayer(makeTask({ secrets }).secrets ?? []);

describe('secretLayer', () => {
  test.each<{ name: string; secret: object; container: object; volumes?: object[] }>([
    {
      name: 'a key as a variable, its name in capitals',
      secret: { deploy_type: 'env', deploy_target: 'pw', secret: 's', key: 'k' },
      container: { env: [{ name: 'PW', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    },
    {
      name: 'all keys as variables',
      secret: { deploy_type: 'env', secret: 's' },
      container: { envFrom: [{ secretRef: { name: 's' } }] },
    },
    {
      name: 'a volume, whatever the key',
      secret: { deploy_type: 'volume', deploy_target: '/etc/x', secret: 's', key: 'k' },
      container: { volumeMounts: [{ name: 'secretvol0', mountPath: '/etc/x', readOnly: true }] },
      volumes: [{ name: 'secretvol0', secret: { secretName: 's' } }],
    },
    {
      name: 'some keys as files',
      secret: {
        deploy_type: 'volume',
        deploy_target: '/etc/x',
        secret: 's',
        items: [{ key: 'k', path: 'p', mode: 256 }],
      },
      container: { volumeMounts: [{ name: 'secretvol0', mountPath: '/etc/x', readOnly: true }] },
      volumes: [
        { name: 'secretvol0', secret: { secretName: 's', items: [{ key: 'k', path: 'p', mode: 256 }] } },
      ],
    },
  ])('$name', ({ secret, container, volumes }) => {
    expect(toJson(layerOf([secret]))).toEqual({
      spec: { containers: [container], ...(volumes === undefined ? {} : { volumes }) },
    });
  });

  test('several, each with its place', () => {
    const layer = layerOf([
      { deploy_type: 'volume', deploy_target: '/a', secret: 'one' },
      { deploy_type: 'env', deploy_target: 'PW', secret: 'two', key: 'k' },
      { deploy_type: 'volume', deploy_target: '/b', secret: 'one', items: [{ key: 'k', path: 'p' }] },
      { deploy_type: 'env', secret: 'three' },
    ]);
    expect(toJson(layer)).toEqual({
      spec: {
        containers: [
          {
            env: [{ name: 'PW', valueFrom: { secretKeyRef: { name: 'two', key: 'k' } } }],
            envFrom: [{ secretRef: { name: 'three' } }],
            volumeMounts: [
              { name: 'secretvol0', mountPath: '/a', readOnly: true },
              { name: 'secretvol2', mountPath: '/b', readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: 'secretvol0', secret: { secretName: 'one' } },
          { name: 'secretvol2', secret: { secretName: 'one', items: [{ key: 'k', path: 'p' }] } },
        ],
      },
    });
    const places = {
      containers: '',
      volumes: '',
      'containers.0': '',
      'containers.0.env': '',
      'containers.0.envFrom': '',
      'containers.0.volumeMounts': '',
      'containers.0.env.0': 'secrets.1',
      'containers.0.env.0.name': 'secrets.1.deploy_target',
      'containers.0.env.0.valueFrom': 'secrets.1',
      'containers.0.env.0.valueFrom.secretKeyRef': 'secrets.1',
      'containers.0.env.0.valueFrom.secretKeyRef.name': 'secrets.1.secret',
      'containers.0.env.0.valueFrom.secretKeyRef.key': 'secrets.1.key',
      'containers.0.envFrom.0': 'secrets.3',
      'containers.0.envFrom.0.secretRef': 'secrets.3',
      'containers.0.envFrom.0.secretRef.name': 'secrets.3.secret',
      'containers.0.volumeMounts.1': 'secrets.2',
      'containers.0.volumeMounts.1.name': 'secrets.2',
      'containers.0.volumeMounts.1.mountPath': 'secrets.2.deploy_target',
      'containers.0.volumeMounts.1.readOnly': '',
      'volumes.1': 'secrets.2',
      'volumes.1.name': 'secrets.2',
      'volumes.1.secret': 'secrets.2',
      'volumes.1.secret.secretName': 'secrets.2.secret',
      'volumes.1.secret.items.0.path': 'secrets.2.items.0.path',
    };
    const found = Object.keys(places).map(path => [path, placeOf(layer, `spec.${path}`)]);
    expect(Object.fromEntries(found)).toEqual(places);
    expect([placeOf(layer, ''), placeOf(layer, 'spec')]).toEqual(['', '']);
  });

  test('no secrets, nothing', () => {
    expect(toJson(layerOf([]))).toEqual({ spec: { containers: [{}] } });
  });
});
