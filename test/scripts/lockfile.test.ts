import { describe, expect, test } from 'vitest';
import { deriveLockfile } from '../../scripts/lockfile.ts';

const deployed = {
  name: 'taskpod-launch',
  version: '1.2.3',
  dependencies: { host: '5.0.0' },
  engines: { node: '>=24' },
};

function rootLockfile(packages: Record<string, object>): string {
  return JSON.stringify({
    name: 'root',
    lockfileVersion: 3,
    packages: { '': { name: 'root' }, ...packages },
  });
}

describe('deriveLockfile', () => {
  test('keeps the closure of the wanted package, from the places where Node finds it, without addresses', () => {
    const text = rootLockfile({
      'node_modules/host': {
        version: '5.0.0',
        resolved: 'https://registry.example/host.tgz',
        integrity: 'sha512-host',
        dependencies: { shared: '^1.0.0', nested: '^2.0.0' },
      },
      'node_modules/host/node_modules/nested': { version: '2.0.0', dependencies: { shared: '^1.0.0' } },
      'node_modules/nested': { version: '1.0.0' },
      'node_modules/shared': { version: '1.0.0', dependencies: { host: '^5.0.0' } },
      'node_modules/unrelated': { version: '9.0.0' },
    });
    expect(JSON.parse(deriveLockfile(text, deployed))).toEqual({
      name: 'taskpod-launch',
      version: '1.2.3',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': deployed,
        'node_modules/host': {
          version: '5.0.0',
          integrity: 'sha512-host',
          dependencies: { shared: '^1.0.0', nested: '^2.0.0' },
        },
        'node_modules/host/node_modules/nested': { version: '2.0.0', dependencies: { shared: '^1.0.0' } },
        'node_modules/shared': { version: '1.0.0', dependencies: { host: '^5.0.0' } },
      },
    });
  });

  test('takes optional and peer dependencies along when they are there, and does without them when not', () => {
    const text = rootLockfile({
      'node_modules/host': {
        version: '5.0.0',
        optionalDependencies: { 'for-linux': '1.0.0', 'for-another-system': '1.0.0' },
        peerDependencies: { peer: '*' },
      },
      'node_modules/for-linux': { version: '1.0.0', optional: true },
      'node_modules/peer': { version: '3.0.0' },
    });
    const { packages } = JSON.parse(deriveLockfile(text, deployed));
    expect(Object.keys(packages)).toEqual([
      '',
      'node_modules/host',
      'node_modules/for-linux',
      'node_modules/peer',
    ]);
  });

  test.each([
    ['the package is absent', {}, 'does not hold host 5.0.0'],
    [
      'the package has another version',
      { 'node_modules/host': { version: '5.0.1' } },
      'does not hold host 5.0.0',
    ],
    [
      'something that is needed is absent',
      { 'node_modules/host': { version: '5.0.0', dependencies: { lost: '1.0.0' } } },
      'lacks lost, which node_modules/host needs',
    ],
  ])('refuses when %s', (_, packages, message) => {
    expect(() => deriveLockfile(rootLockfile(packages), deployed)).toThrow(message);
  });
});
