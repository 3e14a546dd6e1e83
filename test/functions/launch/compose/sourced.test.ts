import { describe, expect, test } from 'vitest';
import {
  fieldsOf,
  itemsOf,
  listOf,
  nothing,
  objectOf,
  placeOf,
  type Sourced,
  toJson,
  whole,
} from '../../../../functions/launch/compose/sourced.ts';

describe('fieldsOf', () => {
  test.each<{ name: string; part: Sourced; fields: [string, Sourced][] }>([
    { name: 'put together', part: objectOf('p', { a: whole('x', 1) }), fields: [['a', whole('x', 1)]] },
    {
      name: 'whole',
      part: whole('p', { a: 1, b: [2] }),
      fields: [
        ['a', whole('p.a', 1)],
        ['b', whole('p.b', [2])],
      ],
    },
    { name: 'Taskpod’s own', part: whole('', { a: 1 }), fields: [['a', whole('', 1)]] },
    {
      name: 'null and undefined',
      part: whole('p', { a: null, b: undefined, c: 0 }),
      fields: [['c', whole('p.c', 0)]],
    },
    { name: 'a list', part: whole('p', [1]), fields: [] },
    { name: 'a list put together', part: listOf('p', [whole('x', 1)]), fields: [] },
    { name: 'a text', part: whole('p', 'text'), fields: [] },
    { name: 'null', part: whole('p', null), fields: [] },
    { name: 'nothing', part: nothing, fields: [] },
  ])('of $name', ({ part, fields }) => {
    expect([...fieldsOf(part)]).toEqual(fields);
  });
});

describe('itemsOf', () => {
  test.each<{ name: string; part: Sourced; items: Sourced[] }>([
    { name: 'put together', part: listOf('p', [whole('x', 1)]), items: [whole('x', 1)] },
    { name: 'whole', part: whole('p', ['a', 'b']), items: [whole('p.0', 'a'), whole('p.1', 'b')] },
    { name: 'an object', part: whole('p', { 0: 'a', length: 1 }), items: [] },
    { name: 'an object put together', part: objectOf('p', { 0: whole('x', 1) }), items: [] },
    { name: 'a text', part: whole('p', 'text'), items: [] },
  ])('of $name', ({ part, items }) => {
    expect(itemsOf(part)).toEqual(items);
  });
});

describe('toJson', () => {
  test.each<{ name: string; part: Sourced; json: unknown }>([
    { name: 'whole, as it is', part: whole('p', { a: [], b: {}, c: null }), json: { a: [], b: {}, c: null } },
    {
      name: 'together, without what is empty',
      part: objectOf('p', {
        list: listOf('p', []),
        object: objectOf('p', {}),
        wholeList: whole('p', []),
        wholeObject: whole('p', {}),
        zero: whole('p', 0),
        no: whole('p', false),
        text: whole('p', ''),
        one: whole('p', [0]),
        some: whole('p', { a: {} }),
        left: undefined,
      }),
      json: { zero: 0, no: false, text: '', one: [0], some: { a: {} } },
    },
    {
      name: 'an item that is empty stays',
      part: listOf('p', [objectOf('p', {}), whole('p', [])]),
      json: [{}, []],
    },
    {
      name: 'an object whose fields are all empty is empty',
      part: objectOf('p', { spec: objectOf('p', { volumes: listOf('p', []) }) }),
      json: {},
    },
  ])('$name', ({ part, json }) => {
    expect(toJson(part)).toEqual(json);
  });

  test('a key of a prototype is a key as any other', () => {
    const json = toJson(whole('p', JSON.parse('{"__proto__": 1}')));
    expect(JSON.stringify(json)).toBe('{"__proto__":1}');
    expect(JSON.stringify(toJson({ at: 'p', fields: new Map([['__proto__', whole('x', 1)]]) }))).toBe(
      '{"__proto__":1}',
    );
  });
});

describe('placeOf', () => {
  const labels = objectOf('labels', {
    app: whole('labels.app', '1'),
    'app.kubernetes.io/name': whole('pod_template_dict.metadata.labels.app.kubernetes.io/name', '2'),
  });
  const list = listOf('', [whole('volumes.0', { name: 'a' }), whole('', { name: 'b' })]);
  const pod = objectOf('', { labels, list, own: whole('', { a: 1 }), image: whole('image', 'x') });

  test.each([
    { path: '', place: '' },
    { path: 'image', place: 'image' },
    { path: 'labels', place: 'labels' },
    { path: 'labels.app', place: 'labels.app' },
    {
      path: 'labels.app.kubernetes.io/name',
      place: 'pod_template_dict.metadata.labels.app.kubernetes.io/name',
    },
    { path: 'labels.other', place: 'labels.other' },
    { path: 'list.0', place: 'volumes.0' },
    { path: 'list.0.name', place: 'volumes.0.name' },
    { path: 'list.0.emptyDir.medium', place: 'volumes.0.emptyDir.medium' },
    { path: 'list.1.name', place: '' },
    { path: 'list.2.name', place: undefined },
    { path: 'own.a', place: '' },
    { path: 'own.b.c', place: '' },
    { path: 'imagePullPolicy', place: undefined },
    { path: 'missing.path', place: undefined },
  ])('$path: $place', ({ path, place }) => {
    expect(placeOf(pod, path)).toBe(place);
  });
});
