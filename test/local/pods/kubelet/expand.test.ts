import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand } from '../../../../local/pods/kubelet/expand.ts';

/** As in third_party/forked/golang/expansion/expand_test.go of kubernetes/kubernetes. */
describe('expand', () => {
  const variables = { VAR_A: 'A', VAR_B: 'B', VAR_C: 'C', VAR_REF: '$(VAR_A)', VAR_EMPTY: '' };
  test.each([
    ['$(VAR_A)', 'A'],
    ['___$(VAR_B)___', '___B___'],
    ['$(VAR_A)$(VAR_B)-1', 'AB-1'],
    ['$(VAR_REF)', '$(VAR_A)'],
    ['$$(VAR_REF)-$(VAR_REF)', '$(VAR_REF)-$(VAR_A)'],
    ['foo$(VAR_EMPTY)bar', 'foobar'],
    ['foo\\$(VAR_A)bar', 'foo\\Abar'],
    ['$$$$$$$(VAR_A)', '$$$A'],
    ['$$$$$$(VAR_A)', '$$$(VAR_A)'],
    ['$VAR_A)', '$VAR_A)'],
    ['${VAR_A', '${VAR_A'],
    ['$(VAR_A', '$(VAR_A'],
    ['$(VAR_DNE)', '$(VAR_DNE)'],
    ['$((VAR_A))', '$((VAR_A))'],
    ['$()', '$()'],
    ['$(toString)', '$(toString)'],
    ['trailing $', 'trailing $'],
    ['$$', '$'],
    ['a\n$(VAR_A)', 'a\nA'],
  ])('%j becomes %j', (text, expected) => {
    expect(expand(text, variables)).toBe(expected);
  });

  test('text without a dollar stays, and a doubled one is halved', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(expand(text.replaceAll('$', '$$$$'), { a: 'b' })).toBe(text);
      }),
    );
  });
});
