import { describe, expect, test } from 'vitest';
import {
  dnsLabel,
  dnsSubdomain,
  envName,
  id,
  imageReference,
  labelKey,
  labelValue,
  type TextRule,
} from '../../../shared/task/name-rules.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const rules: { name: string; rule: TextRule; right: string[]; wrong: string[] }[] = [
  {
    name: 'dnsLabel',
    rule: dnsLabel,
    right: ['a', '7', 'a-b', 'a'.repeat(63)],
    wrong: ['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a'.repeat(64), 'a\n', 'ü'],
  },
  {
    name: 'dnsSubdomain',
    rule: dnsSubdomain,
    right: ['a', 'a.b', 'my-account.v1', 'a'.repeat(253)],
    wrong: ['', '.a', 'a.', 'a..b', 'a.-b', 'A', 'a_b', 'a'.repeat(254), 'a\n'],
  },
  {
    name: 'labelKey',
    rule: labelKey,
    right: ['a', 'A_b.c-d', 'example.com/a', `${'a'.repeat(253)}/${'b'.repeat(63)}`, '1'],
    wrong: ['', '/a', 'a/', 'a/b/c', '-a', 'a-', 'Example.com/a', 'a b', 'b'.repeat(64), 'a\n'],
  },
  {
    name: 'labelValue',
    rule: labelValue,
    right: ['', 'a', 'A_b.c-d', '1'.repeat(63)],
    wrong: ['-a', 'a.', 'a b', 'a/b', '1'.repeat(64), 'a\n'],
  },
  {
    name: 'envName',
    rule: envName,
    right: ['A', '_a', 'my.var-1', '1A', 'A B', '~', '!', '<', '>'],
    wrong: ['', 'A=B', '=', 'ü', 'A\n', 'A\u007f'],
  },
  {
    name: 'imageReference',
    rule: imageReference,
    right: [
      'busybox',
      'perl:5.34.0',
      'library/busybox',
      'gcr.io/gcp-runtimes/ubuntu_20_0_4',
      'mirror.gcr.io/library/busybox:1.37.0',
      'localhost:5000/a/b-c__d.e:T_1.x',
      '127.0.0.1:5000/a',
      '[::1]:5000/a',
      'Registry.example.com/a',
      `busybox@${digest}`,
      `europe-docker.pkg.dev/p/r/image:tag@${digest}`,
    ],
    wrong: [
      '',
      ' busybox',
      'busybox ',
      'Busybox',
      'a/B',
      'a//b',
      'busybox:',
      'busybox:-a',
      `busybox:${'a'.repeat(129)}`,
      'busybox@sha256:abc',
      'https://gcr.io/a',
      'a_',
      '/a',
      'a/',
      'a\n',
      `${'a/'.repeat(256)}a`,
    ],
  },
  {
    name: 'id',
    rule: id,
    right: ['a', 'scheduled__2024-03-08T22:16:25+00:00', '...', 'ü/?#%', ' ', '円周率', 'x'.repeat(250)],
    wrong: ['', '.', '..', 'a\u0000', 'a\n', '\u007f', '\u0085', 'x'.repeat(251), '\ud800'],
  },
];

describe.each(rules)('$name', ({ rule, right, wrong }) => {
  test.each(right)('takes %j', text => {
    expect(rule(text)).toBeUndefined();
  });

  test.each(wrong)('refuses %j and does not repeat it', text => {
    const message = rule(text);
    expect(message).toMatch(/^(must|is not)/);
    if (text.length > 5) expect(message).not.toContain(text);
  });
});
