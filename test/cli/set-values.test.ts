import { describe, expect, test } from 'vitest';
import { applySettings, parseSetting } from '../../cli/set-values.ts';

describe('parseSetting', () => {
  test.each([
    { text: 'name=x', path: ['name'], value: 'x' },
    { text: 'map_index=3', path: ['map_index'], value: 3 },
    { text: 'get_logs=true', path: ['get_logs'], value: true },
    { text: 'run_id="3"', path: ['run_id'], value: '3' },
    { text: 'env_vars.A=b=c', path: ['env_vars', 'A'], value: 'b=c' },
    { text: 'cmds=["sh","-c"]', path: ['cmds'], value: ['sh', '-c'] },
    { text: 'labels.a\\.b/c=x', path: ['labels', 'a.b/c'], value: 'x' },
    { text: 'name=', path: ['name'], value: '' },
    { text: 'name={not json', path: ['name'], value: '{not json' },
  ])('$text', ({ text, path, value }) => {
    expect(parseSetting(text)).toEqual({ path, value });
  });

  test.each([
    { text: 'name', message: '--set name: not of the form key=value' },
    { text: '=x', message: '--set =x: not of the form key=value' },
    { text: 'a..b=x', message: '--set a..b=x: not of the form key=value' },
    { text: 'a.=x', message: '--set a.=x: not of the form key=value' },
    { text: '__proto__.x=1', message: '--set __proto__.x=1: __proto__ cannot be a key' },
  ])('$text is refused', ({ text, message }) => {
    expect(() => parseSetting(text)).toThrow(expect.objectContaining({ code: 'bad_usage', message }));
  });
});

describe('applySettings', () => {
  test.each<{ document: object; settings: string[]; result: object }>([
    { document: { a: 1 }, settings: ['a=2', 'b=3'], result: { a: 2, b: 3 } },
    { document: {}, settings: ['a.b.c=1', 'a.b.d=2'], result: { a: { b: { c: 1, d: 2 } } } },
    { document: { args: ['x', 'y'] }, settings: ['args.1=z', 'args.2=w'], result: { args: ['x', 'z', 'w'] } },
    { document: { l: [{ n: 1 }] }, settings: ['l.0.n=2'], result: { l: [{ n: 2 }] } },
    { document: { a: null }, settings: ['a.b=1'], result: { a: { b: 1 } } },
    { document: {}, settings: ['constructor.x=1'], result: { constructor: { x: 1 } } },
  ])('$settings', ({ document, settings, result }) => {
    const before = structuredClone(document);
    expect(applySettings(document, settings.map(parseSetting))).toEqual(result);
    expect(document).toEqual(before);
  });

  test.each([
    { document: [], setting: 'a=1', message: '--set: the task is not a JSON object' },
    { document: 'x', setting: 'a=1', message: '--set: the task is not a JSON object' },
    { document: { a: 'x' }, setting: 'a.b=1', message: '--set a.b: "a" has no keys' },
    { document: { a: [1] }, setting: 'a.2=1', message: '--set a.2: "a" is a list of 1' },
    { document: { a: [1] }, setting: 'a.x=1', message: '--set a.x: "a" is a list of 1' },
  ])('$setting on $document', ({ document, setting, message }) => {
    expect(() => applySettings(document, [parseSetting(setting)])).toThrow(
      expect.objectContaining({ code: 'bad_usage', message }),
    );
  });
});
