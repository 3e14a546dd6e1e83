import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { ApiFailure } from '../../../local/loopback-server.ts';
import { parseByteRange } from '../../../local/storage/byte-range.ts';
import { parseMultipart } from '../../../local/storage/multipart.ts';
import { parseRoute } from '../../../local/storage/route.ts';
import { multipartUpload } from '../../../shared/adapters/storage/multipart.ts';

const refused = (status: number) => expect.objectContaining({ status }) as ApiFailure;

describe('parseByteRange', () => {
  test.each([
    [undefined, undefined],
    ['bytes=0-', { start: 0, end: 9 }],
    ['bytes=4-', { start: 4, end: 9 }],
    ['bytes=4-6', { start: 4, end: 6 }],
    ['bytes=4-100', { start: 4, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=6-4', undefined],
    ['bytes=-', undefined],
    ['bytes=1-2,4-5', undefined],
    ['lines=1-2', undefined],
  ])('%j of 10 bytes', (header, range) => {
    expect(parseByteRange(header, 10)).toEqual(range);
  });

  test('nothing can be a part of nothing', () => {
    expect(parseByteRange('bytes=0-', 0)).toBe('unsatisfiable');
  });
});

describe('parseMultipart', () => {
  property.prop([fc.uint8Array({ maxLength: 300 }), fc.jsonValue()])(
    'reads what the adapter writes',
    (bytes, json) => {
      const content = Buffer.from(bytes);
      const { body, contentType } = multipartUpload({ json }, content, 'b-1f0c');
      const parts = parseMultipart(contentType, Buffer.concat(body));
      expect(parts.content.equals(content)).toBe(true);
      expect(parts.resource).toBe(JSON.stringify({ json }));
    },
  );

  const upload = (...parts: string[]) =>
    Buffer.from(`${parts.map(part => `--x\r\nContent-Type: a/b\r\n\r\n${part}\r\n`).join('')}--x--`);
  test.each([
    'multipart/related; boundary=x',
    'Multipart/Related; boundary="x"',
    'multipart/related; type=a; boundary=x',
  ])('takes %j', type => {
    expect(parseMultipart(type, upload('{}', 'hello'))).toEqual({
      resource: '{}',
      content: Buffer.from('hello'),
    });
  });

  test.each([
    ['no boundary', 'multipart/related', upload('{}', 'a')],
    ['another type', 'text/plain; boundary=x', upload('{}', 'a')],
    ['one part', 'multipart/related; boundary=x', upload('{}')],
    ['three parts', 'multipart/related; boundary=x', upload('{}', 'a', 'b')],
    ['no parts', 'multipart/related; boundary=x', Buffer.from('hello')],
    ['a body that breaks off', 'multipart/related; boundary=x', upload('{}', 'hello').subarray(0, 60)],
  ])('refuses %s', (_title, type, body) => {
    expect(() => parseMultipart(type, body)).toThrow(refused(400));
  });
});

describe('parseRoute', () => {
  test.each([
    ['GET', '/storage/v1/b', { kind: 'buckets' }],
    ['GET', '/b', { kind: 'buckets' }],
    ['GET', '/storage/v1/b/x', { kind: 'bucket', bucket: 'x' }],
    ['GET', '/storage/v1/b/x/o', { kind: 'objects', bucket: 'x', upload: false }],
    ['GET', '/b/x/o/', { kind: 'objects', bucket: 'x', upload: false }],
    ['POST', '/upload/storage/v1/b/x/o', { kind: 'objects', bucket: 'x', upload: true }],
    ['GET', '/storage/v1/b/x/o/a%2Fb%252F%C3%BC', { kind: 'object', bucket: 'x', name: 'a/b%2Fü' }],
    ['GET', '/download/storage/v1/b/x/o/a', { kind: 'object', bucket: 'x', name: 'a' }],
    ['GET', '/storage/v1/b/x/o/a/b', { kind: 'object', bucket: 'x', name: 'a/b' }],
    ['POST', '/storage/v1/b/x/o/a%2Fb/compose', { kind: 'compose', bucket: 'x', name: 'a/b' }],
    ['GET', '/storage/v1/b/x/o/a/compose', { kind: 'object', bucket: 'x', name: 'a/compose' }],
  ])('%s %s', (method, path, route) => {
    expect(parseRoute(method, path)).toEqual(route);
  });

  test.each([
    ['/', 404],
    ['/storage/v2/b/x', 404],
    ['/storage/v1/b/x/acl', 404],
    ['/storage/v1/b/x/o/%zz', 400],
    ['/storage/v1/b/x/o/..', 400],
    ['/storage/v1/b/x/o/%2e', 400],
    ['/storage/v1/b/x/o/a%0Ab', 400],
    [`/storage/v1/b/x/o/${'a'.repeat(1_025)}`, 400],
  ])('%s is answered %i', (path, status) => {
    expect(() => parseRoute('GET', path)).toThrow(refused(status));
  });
});
