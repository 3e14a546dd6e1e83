import { expect, test } from 'vitest';
import { parsePage, parseResource } from '../../../../shared/adapters/storage/object-resource.ts';

const resource = {
  kind: 'storage#object',
  name: 'a/b',
  generation: '1795414264995303',
  size: '5',
  updated: '2026-11-23T06:11:04.995Z',
  md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
  metadata: { 'taskpod-writer': 'writer-1', cursor: 'x' },
};
const info = {
  name: 'a/b',
  generation: '1795414264995303',
  sizeBytes: 5,
  updatedAt: '2026-11-23T06:11:04.995Z',
  metadata: { cursor: 'x' },
};
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

test('a resource: the writer is taken out of the metadata', () => {
  expect(parseResource(json(resource))).toEqual({
    info,
    writer: 'writer-1',
    md5: 'XUFAKrxLKna5cZ2REBfFkg==',
  });
});

test('a resource that something else wrote, composed', () => {
  const { metadata: _m, md5Hash: _h, ...plain } = resource;
  expect(parseResource(json(plain))).toEqual({
    info: { ...info, metadata: {} },
    writer: undefined,
    md5: undefined,
  });
});

test.each([
  ['empty', {}, { objects: [], nextPageToken: '' }],
  ['last', { items: [resource] }, { objects: [info], nextPageToken: '' }],
  ['with more', { items: [resource], nextPageToken: 'n' }, { objects: [info], nextPageToken: 'n' }],
])('a page: %s', (_title, page, expected) => {
  expect(parsePage(json(page))).toEqual(expected);
});

test.each([
  ['not JSON', Buffer.from('<html>')],
  ['another thing', json({ kind: 'storage#bucket', name: 'b' })],
  ['a size that is no number', json({ ...resource, size: 'many' })],
])('%s is an outage, not an object', (_title, body) => {
  expect(() => parseResource(body)).toThrow(
    expect.objectContaining({ code: 'storage_unavailable', retryable: true }),
  );
});
