import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Connection, connectionSchema } from '../../../shared/connection.ts';
import { readConnectionUri } from '../../../shared/connections/uri.ts';
import { connectionUri } from '../../../shared/connections/uri-text.ts';

const parts = z.object({
  conn_type: z.string(),
  host: z.string().nullable(),
  login: z.string().nullable(),
  password: z.string().nullable(),
  schema: z.string().nullable(),
  port: z.number().nullable(),
  extra: z.record(z.string(), z.unknown()),
});
const empty: Connection = {
  conn_type: '',
  description: null,
  host: null,
  login: null,
  password: null,
  schema: null,
  port: null,
  extra: {},
};
const golden = z
  .object({
    read: z.array(z.object({ uri: z.string(), parts: parts.optional() })),
    written: z.array(z.object({ given: connectionSchema, get_uri: z.string(), back: parts.partial() })),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'golden/uris.json.txt'), 'utf8')));

describe('as Airflow 3.3 reads it', () => {
  test.each(golden.read)('$uri', ({ uri, parts }) => {
    const reading = readConnectionUri(uri);
    const { description: _, ...connection } = reading.ok ? reading.connection : { description: null };
    expect(reading.ok ? connection : undefined).toEqual(parts);
  });
});

describe('as Airflow 3.3 writes it', () => {
  const [exact, changed] = [true, false].map(isSame =>
    golden.written.filter(({ given, back }) => isDeepStrictEqual(given.extra, back.extra) === isSame),
  );

  test.each(exact ?? [])('$get_uri', ({ given, get_uri }) => {
    expect(connectionUri(given)).toBe(get_uri);
  });

  test.each(changed ?? [])('but an extra that would come back as another: $get_uri', ({ given }) => {
    const reading = readConnectionUri(connectionUri(given));
    expect(reading.ok && reading.connection.extra).toEqual(given.extra);
  });

  test('there are some of both', () => {
    expect([exact?.length, changed?.length]).toEqual([23, 2]);
  });
});

describe('what is not a connection URI', () => {
  test.each([
    ['', 'is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded'],
    [
      'host',
      'is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
    ],
    [
      ' a://h',
      'is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
    ],
    [
      '1a://h',
      'is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
    ],
    ['my_type://h', 'has a _ in its type, which a URI cannot have: write - instead'],
    ['a://u:pass#word@h', 'holds a #: write it as %23'],
    ['a://u:pass word@h', 'holds a blank: write it as %20'],
    ['a://u:p\n@h', 'holds a blank: write it as %20'],
    ['a://u:p@b://h', 'holds :// where none can be: percent-encode the parts'],
    ['a://b://c://d', 'holds :// where none can be: percent-encode the parts'],
    ['a://h:x', 'has a port that is not a whole number from 0 to 65535'],
    ['a://h:1234567890', 'has a port that is not a whole number from 0 to 65535'],
    ['a://[::1', 'has a port that is not a whole number from 0 to 65535'],
    ['a://h/?__extra__=[', 'has an __extra__ that is not JSON: write a JSON object'],
    ['a://h/?__extra__=5', 'has an __extra__ that is not a JSON object'],
    [
      'a://h/?__extra__={"a":12345678901234567890}',
      'has an __extra__ that holds a number with too many digits: write it as a text',
    ],
  ])('%j', (uri, message) => {
    expect(readConnectionUri(uri)).toEqual({ ok: false, problems: [{ path: '', message }] });
  });
});

describe('what Airflow reads as something else', () => {
  test.each<[string, Partial<Connection>]>([
    ['HTTP://HTTPS://Host', { conn_type: 'http', host: 'https://host' }],
    ['//https://h/s', { host: 'https://h', schema: 's' }],
    [
      'a://h/?callback=https://x/y:z@w',
      { conn_type: 'a', host: 'h', extra: { callback: 'https://x/y:z@w' } },
    ],
    ['a://h/?id=12345678901234567890', { conn_type: 'a', host: 'h', extra: { id: '12345678901234567890' } }],
    ['a://h/?size=1e400', { conn_type: 'a', host: 'h', extra: { size: '1e400' } }],
  ])('%s', (uri, parts) => {
    const connection = { ...empty, host: '', schema: '', ...parts };
    expect(readConnectionUri(uri)).toEqual({ ok: true, connection });
  });
});

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const extra = fc.dictionary(text, fc.oneof(text, fc.jsonValue({ maxDepth: 2 })), { noNullPrototype: true });
const whole = fc.record({
  conn_type: fc.stringMatching(/^[a-z][a-z0-9_+.]{0,9}$/),
  description: fc.constant(null),
  host: fc
    .tuple(fc.constantFrom('', 'https://'), text)
    .map(
      ([protocol, host]) =>
        protocol + host.replace(/[A-Z]|:\/\//g, part => (part === '://' ? '' : part.toLowerCase())),
    ),
  login: text,
  password: fc.option(text),
  schema: fc.oneof(fc.constant(''), text),
  port: fc.option(fc.integer({ min: 1, max: 65_535 })),
  extra: extra.filter(data => !Object.hasOwn(data, '__proto__')),
});

describe('there and back', () => {
  property.prop([whole])('a connection is the same', given => {
    // JSON has no -0.
    const connection: Connection = { ...given, extra: JSON.parse(JSON.stringify(given.extra)) };
    fc.pre(connection.host !== 'https://' && connection.conn_type !== 'postgresql');
    expect(readConnectionUri(connectionUri(connection))).toEqual({ ok: true, connection });
  });

  property.prop([
    fc.record({ host: fc.option(text), login: fc.option(fc.string()), password: fc.option(fc.string()) }),
  ])('a URI is the same, whatever is missing', parts => {
    const uri = connectionUri({ ...empty, conn_type: 'a', ...parts });
    const reading = readConnectionUri(uri);
    const again = reading.ok ? connectionUri(reading.connection) : '';
    expect(again.toLowerCase()).toBe(uri.toLowerCase());
  });

  property.prop([fc.string({ unit: 'binary' })])('no text is too odd to be read or refused', uri => {
    const reading = readConnectionUri(`a://${uri}`);
    const said = reading.ok ? '' : reading.problems.map(({ message }) => message).join();
    expect(reading.ok || said.length > 10).toBe(true);
  });
});
