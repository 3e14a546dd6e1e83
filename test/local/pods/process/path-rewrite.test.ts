import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewritePaths } from '../../../../local/pods/process/path-rewrite.ts';

const mounts = [
  { target: '/data', source: '/emu/1' },
  { target: '/data/in', source: '/emu/2' },
  { target: '/dev/termination-log', source: '/emu/log' },
];

describe('rewritePaths', () => {
  test.each([
    ['/data', '/emu/1'],
    ['/data/', '/emu/1/'],
    ['/data/x.txt', '/emu/1/x.txt'],
    ['/data/in/x', '/emu/2/x'],
    ['/data/inner', '/emu/1/inner'],
    ['cat /data/a >/data/in/b', 'cat /emu/1/a >/emu/2/b'],
    ['--file=/data/x', '--file=/emu/1/x'],
    ["open('/data/x')", "open('/emu/1/x')"],
    ['/data:/data/in', '/emu/1:/emu/2'],
    ['echo ok > /dev/termination-log;', 'echo ok > /emu/log;'],
    ['/database /my/data ../data ~/data /data-2', '/database /my/data ../data ~/data /data-2'],
    ['https://host/data', 'https://host/data'],
  ])('%j becomes %j', (text, expected) => {
    expect(rewritePaths(text, mounts)).toBe(expected);
  });

  test('text without a mount path stays, whatever the mount is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, name) => {
        const target = `/mount-${name}`;
        fc.pre(!text.includes(target));
        expect(rewritePaths(text, [{ target, source: '/x' }])).toBe(text);
      }),
    );
  });
});
