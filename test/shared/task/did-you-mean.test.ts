import { describe, expect, test } from 'vitest';
import { closestName, didYouMean } from '../../../shared/task/did-you-mean.ts';

const known = ['image', 'image_pull_policy', 'env_vars', 'name', 'volumes', 'volume_mounts', 'cmds'];

describe('closestName', () => {
  test.each([
    { word: 'image', name: 'image' },
    { word: 'imgae', name: 'image' },
    { word: 'IMAGE', name: 'image' },
    { word: 'imagePullPolicy', name: 'image_pull_policy' },
    { word: 'envvar', name: 'env_vars' },
    { word: 'volume', name: 'volumes' },
    { word: 'volumeMount', name: 'volume_mounts' },
    { word: 'naem', name: 'name' },
    { word: 'cmd', name: 'cmds' },
    { word: 'cm', name: undefined },
    { word: 'something_else', name: undefined },
    { word: '', name: undefined },
    { word: '__-', name: undefined },
    { word: 'image'.padEnd(65, 'e'), name: undefined },
  ])('$word means $name', ({ word, name }) => {
    expect(closestName(word, known)).toBe(name);
  });

  test('a word of 64 letters is compared, a longer one is not', () => {
    const name = 'a'.repeat(66);
    expect([closestName('a'.repeat(64), [name]), closestName('a'.repeat(65), [name])]).toEqual([
      name,
      undefined,
    ]);
  });

  test('a name of one or two letters is not meant by nothing', () => {
    expect(closestName('_', ['a', 'ab'])).toBeUndefined();
  });

  test('compares with a hundred names and no more', () => {
    const names = Array.from({ length: 100 }, (_, index) => `other-${index}`);
    expect(closestName('image', [...names.slice(1), 'image'])).toBe('image');
    expect(closestName('image', [...names, 'image'])).toBeUndefined();
  });
});

test.each([
  { word: 'imgae', text: '; did you mean "image"?' },
  { word: 'zzzzzz', text: '' },
])('didYouMean $word', ({ word, text }) => {
  expect(didYouMean(word, known)).toBe(text);
});
