import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type ListRequest, listPage } from '../../../local/storage/listing.ts';
import { compareNames, SortedNames } from '../../../local/storage/sorted-names.ts';

const wellFormed = fc.string({ unit: 'binary' }).filter(text => text.isWellFormed());

property.prop([fc.tuple(wellFormed, wellFormed)])(
  'compareNames orders as the bytes of UTF-8 do',
  ([a, b]) => {
    expect(Math.sign(compareNames(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  },
);

test.each([
  ['\uffff', '\u{10000}', -1],
  ['a', 'ab', -1],
  ['a', 'a', 0],
  ['b', 'a', 1],
])('compareNames %j, %j', (a, b, expected) => {
  expect(Math.sign(compareNames(a, b))).toBe(expected);
});

function namesOf(...names: string[]): SortedNames {
  const all = new SortedNames();
  for (const name of names) all.add(name);
  return all;
}

property.prop([fc.array(fc.tuple(fc.boolean(), fc.string({ maxLength: 3 })))])(
  'SortedNames is a sorted set',
  operations => {
    const names = new SortedNames();
    const expected = new Set<string>();
    for (const [add, name] of operations) {
      if (add) {
        names.add(name);
        expected.add(name);
      } else {
        names.delete(name);
        expected.delete(name);
      }
    }
    expect([...names.from('')]).toEqual([...expected].sort(compareNames));
    expect([...names.from('b')]).toEqual(
      [...expected].filter(name => compareNames(name, 'b') >= 0).sort(compareNames),
    );
  },
);

describe('listPage', () => {
  const everything: ListRequest = {
    prefix: '',
    delimiter: '',
    startOffset: '',
    pageToken: '',
    maxResults: 1_000,
  };
  const all = namesOf('a', 'a/1', 'a/2', 'a/b/1', 'a/b/2', 'b', 'b/1');

  test.each<[string, Partial<ListRequest>, string[], string[]]>([
    ['everything', {}, ['a', 'a/1', 'a/2', 'a/b/1', 'a/b/2', 'b', 'b/1'], []],
    ['below a prefix', { prefix: 'a/' }, ['a/1', 'a/2', 'a/b/1', 'a/b/2'], []],
    ['a folder', { prefix: 'a/', delimiter: '/' }, ['a/1', 'a/2'], ['a/b/']],
    ['the top', { delimiter: '/' }, ['a', 'b'], ['a/', 'b/']],
    ['from a name', { startOffset: 'a/b/2' }, ['a/b/2', 'b', 'b/1'], []],
    ['from a name before the prefix', { startOffset: 'a', prefix: 'b' }, ['b', 'b/1'], []],
    ['from a name behind the prefix', { startOffset: 'c', prefix: 'b' }, [], []],
    ['nothing', { prefix: 'c' }, [], []],
  ])('%s', (_title, request, names, prefixes) => {
    expect(listPage(all, { ...everything, ...request })).toEqual({ names, prefixes, nextPageToken: '' });
  });

  property.prop([
    fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '/', '😀'), minLength: 1, maxLength: 6 })),
    fc.constantFrom('', '/'),
    fc.constantFrom('', 'a', 'a/'),
    fc.integer({ min: 1, max: 4 }),
  ])('pages give what one page would have given', (names, delimiter, prefix, maxResults) => {
    const bucket = namesOf(...names);
    const request = { ...everything, delimiter, prefix };
    const whole = listPage(bucket, request);
    const joined = { names: [] as string[], prefixes: [] as string[] };
    let pageToken = '';
    do {
      const page = listPage(bucket, { ...request, maxResults, pageToken });
      expect(page.names.length + page.prefixes.length).toBeLessThanOrEqual(maxResults);
      joined.names.push(...page.names);
      joined.prefixes.push(...page.prefixes);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(joined).toEqual({ names: whole.names, prefixes: whole.prefixes });
  });

  test('a page is not disturbed by what changed since the one before', () => {
    const bucket = namesOf('a', 'b', 'c', 'd');
    const first = listPage(bucket, { ...everything, maxResults: 2 });
    bucket.delete('b');
    bucket.add('aa');
    bucket.add('bb');
    const second = listPage(bucket, { ...everything, pageToken: first.nextPageToken });
    expect([first.names, second.names]).toEqual([
      ['a', 'b'],
      ['bb', 'c', 'd'],
    ]);
  });
});
