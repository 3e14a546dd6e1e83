import { normalize } from 'node:path';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { foldPath, hiddenFile, objectPath } from '../../../local/storage/object-path.ts';

describe('objectPath', () => {
  test.each([
    ['a', 'a'],
    ['runs/dag_id=d/run_id=a%2Fb/launch.json', 'runs/dag_id=d/run_id=a%2Fb/launch.json'],
    ['größe/日本/😀 .txt', 'größe/日本/😀 .txt'],
    ['.hidden/..a/...', '.hidden/..a/...'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['', undefined],
    ['/etc/passwd', undefined],
    ['a//b', undefined],
    ['a/', undefined],
    ['a/./b', undefined],
    ['../a', undefined],
    ['a/../../b', undefined],
    ['..', undefined],
    ['a\\..\\b', undefined],
    ['a\u0000b', undefined],
    ['a\nb', undefined],
    [Array(6).fill('x'.repeat(160)).join('/'), undefined],
  ])('%j', (name, path) => {
    expect(objectPath(name)).toBe(path);
  });

  test('a long component is cut, between characters, and stays different from others with the same beginning', () => {
    const path = objectPath(`a/${'ü'.repeat(150)}/b`);
    expect(path).toMatch(/^a\/ü{90}~[0-9a-f]{16}\/b$/);
    expect(objectPath(`a/${'ü'.repeat(151)}/b`)).not.toBe(path);
  });

  property.prop([
    fc.array(fc.constantFrom('.', '..', '', 'a', '\\', 'C:', '~', '\u0000', 'é'), { maxLength: 8 }),
  ])('never leads out of the folder', parts => {
    const path = objectPath(parts.join('/'));
    if (path === undefined) return;
    expect(normalize(`/bucket/${path}`)).toBe(`/bucket/${path}`);
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 })])(
    'gives each name its own path',
    (a, b) => {
      const [first, second] = [objectPath(a), objectPath(b)];
      if (first !== undefined) expect(first === second).toBe(a === b);
    },
  );
});

test('hidden files are named by a hash', () => {
  expect(hiddenFile('a')).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb');
});

test.each([
  ['a/B', 'A/b', true],
  ['e\u0301', '\u00e9', true],
  ['a', 'b', false],
])('foldPath takes %j and %j for the same: %j', (a, b, same) => {
  expect(foldPath(a) === foldPath(b)).toBe(same);
});
