import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { neutralise, plain } from '../../cli/neutralise.ts';

describe('neutralise', () => {
  test.each([
    { name: 'text', line: 'héllo ☃\ttab', shown: 'héllo ☃\ttab' },
    { name: 'colours end with the line', line: '\x1b[1;31mred', shown: '\x1b[1;31mred\x1b[0m' },
    { name: 'a cursor movement', line: 'a\x1b[2Jb', shown: 'a^[[2Jb' },
    { name: 'a title', line: '\x1b]0;title\x07', shown: '^[]0;title^G' },
    { name: 'an 8-bit control', line: '\x9b2J', shown: '\\u009b2J' },
    { name: 'a carriage return at the end', line: 'dos\r', shown: 'dos' },
    { name: 'a carriage return inside', line: 'safe\revil', shown: 'safe^Mevil' },
    { name: 'delete', line: 'a\x7f', shown: 'a^?' },
    { name: 'a turned direction', line: 'a\u202eb', shown: 'a\\u202eb' },
    { name: 'something like a colour', line: '\x1b[31x', shown: '^[[31x' },
    { name: 'a colour with a control inside', line: '\x1b[3\x1b[1m', shown: '^[[3\x1b[1m\x1b[0m' },
  ])('$name', ({ line, shown }) => {
    expect(neutralise(line)).toBe(shown);
  });

  property.prop([fc.string({ unit: 'binary' })])('nothing but colours and tabs is left', line => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is about
    expect(neutralise(line).replace(/\x1b\[[0-9;:]*m/g, '')).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/);
  });
});

test('plain takes colours away as well', () => {
  expect(plain('a\x1b[31mb\tc')).toBe('a^[[31mb\tc');
});
