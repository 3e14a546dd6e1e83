import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flagsAt, parseMountInfo } from '../../../../local/pods/process/host-tree.ts';
import { fstab, quote, type RootScript, rootScript } from '../../../../local/pods/process/root-script.ts';

const script: RootScript = {
  root: '/emu/root',
  skeleton: '/emu/skeleton',
  fstabFile: '/emu/fstab',
  plan: {
    skeleton: [],
    hostBinds: [
      { path: '/usr', kind: 'dir' },
      { path: '/dev/null', kind: 'file' },
    ],
    mounts: [
      { target: '/data', source: '/emu/a b', kind: 'dir', readOnly: true, owned: true },
      { target: '/etc/x', source: '/emu/back\\slash', kind: 'file', readOnly: false, owned: true },
    ],
    pointsInSources: [],
  },
  hostMounts: [
    { path: '/', isReadOnly: false, flags: [] },
    { path: '/usr/local', isReadOnly: false, flags: ['nosuid', 'nodev'] },
    { path: '/usr/share', isReadOnly: true, flags: [] },
    { path: '/home', isReadOnly: false, flags: [] },
    { path: '/emu', isReadOnly: false, flags: ['noexec'] },
  ],
  proc: 'own',
  hostname: 'pod',
  workingDir: '/',
  argv: ['sh', '-c', "echo 'it'"],
  env: { PATH: '/bin', A: "x'y", 'a.b': 'dot', UID: '5' },
};
const lines = (more: Partial<RootScript> = {}): string[] => rootScript({ ...script, ...more }).split('\n');

describe('fstab', () => {
  test('binds the host’s folders from the read-only view, and the mounts from where they are', () => {
    expect(fstab(script).split('\n')).toEqual([
      '/emu/root/.host/usr /emu/root/usr none rbind 0 0',
      '/emu/root/.host/dev/null /emu/root/dev/null none bind 0 0',
      '/emu/a\\040b /emu/root/data none rbind 0 0',
      '/emu/back\\134slash /emu/root/etc/x none bind 0 0',
      '',
    ]);
  });
});

describe('rootScript', () => {
  test('makes the host’s mounts read-only, with the flags that they must keep', () => {
    expect(lines().filter(line => line.includes('remount') && line.includes('.host'))).toEqual([
      "mount -n -o remount,bind,ro '/emu/root/.host'",
      "mount -n -o remount,bind,ro,nosuid,nodev '/emu/root/.host/usr/local' 2>/dev/null || :",
    ]);
  });

  test('makes a read-only mount so, with the flags of the file system it lies on', () => {
    expect(lines()).toContain("mount -n -o remount,bind,ro,noexec '/emu/root/data'");
  });

  test('exports variables, and hands over those that a shell would keep or refuse', () => {
    const text = lines();
    expect(text.filter(line => line.startsWith('export'))).toEqual([
      "export PATH='/bin'",
      "export A='x'\\''y'",
    ]);
    expect(text.at(-2)).toBe("exec /usr/bin/env 'a.b=dot' 'UID=5' \"$@\"");
    expect(lines({ env: { PATH: '/bin' } }).at(-2)).toBe('exec "$@"');
  });
});

test('quote makes one word of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const word = text.replaceAll('\0', '');
      expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(word)}`]).toString()).toBe(
        Buffer.from(word).toString(),
      );
    }),
    { numRuns: 30 },
  );
});

describe('parseMountInfo', () => {
  const mounts = parseMountInfo(
    [
      '22 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
      '30 22 0:25 / /media/my\\040disk ro,nosuid,nodev,noexec,relatime - tmpfs x ro',
      '31 22 0:26 /sub /tmp rw,nosuid shared:5 - tmpfs tmpfs rw',
      '32 31 0:27 / /tmp rw,nodev - tmpfs tmpfs rw',
      '',
    ].join('\n'),
  );

  test('reads paths, read-only and the flags that count; the upper of two wins', () => {
    expect(mounts).toEqual([
      { path: '/', isReadOnly: false, flags: [] },
      { path: '/media/my disk', isReadOnly: true, flags: ['nosuid', 'nodev', 'noexec'] },
      { path: '/tmp', isReadOnly: false, flags: ['nodev'] },
    ]);
  });

  test.each([
    ['/home/x', []],
    ['/tmp', ['nodev']],
    ['/tmp/a/b', ['nodev']],
    ['/tmpfs', []],
    ['/media/my disk/x', ['nosuid', 'nodev', 'noexec']],
  ])('flagsAt(%j) is %j', (path, flags) => {
    expect(flagsAt(mounts, path)).toEqual(flags);
  });
});
