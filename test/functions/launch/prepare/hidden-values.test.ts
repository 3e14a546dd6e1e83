import { expect, test } from 'vitest';
import { HiddenValues } from '../../../../functions/launch/prepare/hidden-values.ts';
import { connectionSchema } from '../../../../shared/connection.ts';

function hiding(...answers: Parameters<HiddenValues['addAnswer']>[0][]): HiddenValues {
  const hidden = new HiddenValues();
  for (const answer of answers) hidden.addAnswer(answer);
  return hidden;
}

test.each<[string, Parameters<HiddenValues['addAnswer']>[0], string, string]>([
  ['a text', { value: 'geheim' }, 'x geheim geheim', 'x *** ***'],
  ['without the blanks around it', { value: ' geheim\n' }, 'xgeheimy', 'x***y'],
  ['as it stands in quotes', { value: 'a"b\nc' }, 'is "a\\"b\\nc"', 'is "***"'],
  ['within JSON', { value: '{"a": ["geheim"], "b": 123456}' }, 'geheim 123456', '*** ***'],
  ['within the JSON of an XCom', { value: null, json: '["geheim"]' }, 'geheim', '***'],
  ['an XCom that is a text', { value: null, json: '"geheim"' }, 'geheim', '***'],
  ['of an object', { value: { host: 'db.intern', port: 54_321 } }, 'db.intern:54321', '***:***'],
  ['too short to be one', { value: 'abcd' }, 'abcdef', 'abcdef'],
  ['a word of every message', { value: 'false' }, 'must be true or false', 'must be true or false'],
  ['no JSON after all', { value: '{geheim' }, 'geheim {geheim', 'geheim ***'],
])('hides a value: %s', (_title, answer, before, after) => {
  expect(hiding(answer).hide(before)).toBe(after);
});

test('hides the longest of values that overlap', () => {
  expect(hiding({ value: 'secret' }, { value: 'secret-token' }).hide('secret-token secret')).toBe('*** ***');
});

test('hides what a connection holds, but its type', () => {
  const hidden = new HiddenValues();
  hidden.addConnection(
    connectionSchema.parse({ conn_type: 'postgres', password: 'geheim', extra: { a: { b: 'geheim2' } } }),
  );
  expect(hidden.hideIn([{ path: 'image', message: 'postgres geheim geheim2' }])).toEqual([
    { path: 'image', message: 'postgres *** ***' },
  ]);
});
