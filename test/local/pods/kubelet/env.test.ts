import { describe, expect, test } from 'vitest';
import { ResourceStore, VersionCounter } from '../../../../local/pods/api/resource-store.ts';
import {
  type ConfigObject,
  ConfigSources,
  MissingConfig,
} from '../../../../local/pods/kubelet/config-sources.ts';
import { containerEnv } from '../../../../local/pods/kubelet/env.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { makePod } from '../make-emulated-pod.ts';

const image = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  HOSTNAME: 'pod',
};
const node = { cpu: 4, memoryBytes: 8 * 2 ** 30 };

function config(name: string, data: Record<string, string>): ConfigObject {
  return {
    metadata: { name, namespace: 'ns', uid: name, resourceVersion: '', creationTimestamp: '' },
    data,
  };
}

function open() {
  const versions = new VersionCounter(0);
  const secrets = new ResourceStore<ConfigObject>('secrets', versions, 10);
  const configMaps = new ResourceStore<ConfigObject>('configmaps', versions, 10);
  secrets.add(
    config('s', { key: Buffer.from('größe').toString('base64'), user: Buffer.from('me').toString('base64') }),
  );
  configMaps.add({
    ...config('c', { MODE: 'fast' }),
    binaryData: { raw: Buffer.from('b').toString('base64') },
  });
  return { secrets, configMaps, sources: new ConfigSources(secrets, configMaps) };
}

function envOf(
  container: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): Record<string, string> {
  const pod = makePod({ containers: [{ name: 'base', image: 'x', ...container }] }, metadata);
  const [base] = pod.spec.containers;
  if (base === undefined) throw new Error('no container');
  return containerEnv(pod, base, open().sources, node).env;
}

describe('containerEnv', () => {
  test('a container without variables has only what its image would give it', () => {
    expect(envOf({})).toEqual(image);
  });

  test('variables can name earlier ones, not later ones, and override the image', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '$(A)-$(C)-$(PATH)' },
      { name: 'C', value: '$$(A)' },
      { name: 'A', value: '$(A)2' },
      { name: 'HOME', value: '/home/me' },
      { name: 'EMPTY' },
    ];
    expect(envOf({ env })).toEqual({
      ...image,
      A: '12',
      B: '1-$(C)-$(PATH)',
      C: '$(A)',
      HOME: '/home/me',
      EMPTY: '',
    });
  });

  test('envFrom comes first, prefixed, and env wins', () => {
    const envFrom = [
      { configMapRef: { name: 'c' } },
      { prefix: 'S_', secretRef: { name: 's' } },
      { secretRef: { name: 'none', optional: true } },
    ];
    const env = [{ name: 'MODE', value: '$(MODE)er' }];
    expect(envOf({ env, envFrom })).toEqual({
      ...image,
      MODE: 'faster',
      raw: 'b',
      S_key: 'größe',
      S_user: 'me',
    });
  });

  test('values come from keys, fields and resources', () => {
    const from = (name: string, valueFrom: unknown) => ({ name, valueFrom });
    const field = (fieldPath: string) => ({ fieldRef: { fieldPath } });
    const resource = (resource: string, divisor?: string) => ({ resourceFieldRef: { resource, divisor } });
    const env = [
      from('SECRET', { secretKeyRef: { name: 's', key: 'key' } }),
      from('MAP', { configMapKeyRef: { name: 'c', key: 'MODE' } }),
      from('NOTHING', { configMapKeyRef: { name: 'c', key: 'none', optional: true } }),
      from('NAME', field('metadata.name')),
      from('NS', field('metadata.namespace')),
      from('UID', field('metadata.uid')),
      from('LABEL', field("metadata.labels['a/b']")),
      from('NO_LABEL', field("metadata.labels['none']")),
      from('NOTE', field("metadata.annotations['note']")),
      from('NODE', field('spec.nodeName')),
      from('ACCOUNT', field('spec.serviceAccountName')),
      from('IP', field('status.podIP')),
      from('CPU', resource('limits.cpu')),
      from('MILLI', resource('requests.cpu', '1m')),
      from('MEMORY', resource('limits.memory', '1Mi')),
    ];
    const resources = { requests: { cpu: '250m' } };
    const metadata = { labels: { 'a/b': 'l' }, annotations: { note: 'n' } };
    expect(envOf({ env, resources }, metadata)).toEqual({
      ...image,
      SECRET: 'größe',
      MAP: 'fast',
      NAME: 'pod',
      NS: 'ns',
      UID: '7e57',
      LABEL: 'l',
      NO_LABEL: '',
      NOTE: 'n',
      NODE: 'node',
      ACCOUNT: 'default',
      IP: '127.0.0.1',
      CPU: '4',
      MILLI: '250',
      MEMORY: '8192',
    });
  });

  test.each([
    [{ secretKeyRef: { name: 'none', key: 'x' } }, 'secret "none" not found'],
    [{ configMapKeyRef: { name: 'none', key: 'x' } }, 'configmap "none" not found'],
    [{ secretKeyRef: { name: 's', key: 'x' } }, "couldn't find key x in Secret ns/s"],
    [{ configMapKeyRef: { name: 'c', key: 'x' } }, "couldn't find key x in ConfigMap ns/c"],
    [{ fieldRef: { fieldPath: 'spec.none' } }, 'unsupported fieldPath: spec.none'],
    [{ resourceFieldRef: { resource: 'limits.gpu' } }, 'unsupported resource: limits.gpu'],
  ])('%j waits: %s', (valueFrom, message) => {
    const read = () => envOf({ env: [{ name: 'A', valueFrom }] });
    expect(read).toThrow(MissingConfig);
    expect(read).toThrow(message);
  });
});

describe('ConfigSources.changed', () => {
  const signal = new AbortController().signal;

  test('resolves at a change of either kind', async () => {
    const { sources, secrets, configMaps } = open();
    const clock = new ManualClock();
    const first = sources.changed({ within: 1_000, clock, signal });
    secrets.add(config('new', {}));
    await first;
    const second = sources.changed({ within: 1_000, clock, signal });
    configMaps.remove('ns', 'c');
    await second;
    expect([clock.sleeping, clock.now()]).toEqual([0, Date.parse('2026-11-23T10:00:00Z')]);
  });

  test('resolves when the time is over, or the signal fires', async () => {
    const { sources } = open();
    const clock = new ManualClock();
    await clock.runUntil(sources.changed({ within: 1_000, clock, signal }));
    expect(clock.now() - Date.parse('2026-11-23T10:00:00Z')).toBe(1_000);
    await sources.changed({ within: 1_000, clock, signal: AbortSignal.abort() });
    expect(clock.sleeping).toBe(0);
  });
});
