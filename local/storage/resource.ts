import type { ObjectRecord } from './object-record.ts';

/** bucketResource is a bucket as the JSON API tells it. */
export function bucketResource(name: string): object {
  return { kind: 'storage#bucket', id: name, name, location: 'LOCAL', storageClass: 'STANDARD' };
}

/** objectResource is an object as the JSON API tells it. https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function objectResource(bucket: string, record: ObjectRecord): object {
  const generation = String(record.generation);
  return {
    kind: 'storage#object',
    id: `${bucket}/${record.name}/${generation}`,
    name: record.name,
    bucket,
    generation,
    metageneration: '1',
    contentType: record.content_type,
    size: String(record.size),
    // Cloud Storage knows no MD5 of a composed object
    ...(record.components === undefined ? { md5Hash: record.md5 } : { componentCount: record.components }),
    etag: generation,
    storageClass: 'STANDARD',
    timeCreated: record.updated,
    updated: record.updated,
    ...(Object.keys(record.metadata).length === 0 ? {} : { metadata: record.metadata }),
  };
}

/** mediaHeaders describe an object whose bytes are sent. */
export function mediaHeaders(record: ObjectRecord): Record<string, string> {
  return {
    'accept-ranges': 'bytes',
    'content-type': record.content_type,
    etag: String(record.generation),
    'last-modified': new Date(record.updated).toUTCString(),
    'x-goog-generation': String(record.generation),
    'x-goog-stored-content-length': String(record.size),
    ...(record.components === undefined ? { 'x-goog-hash': `md5=${record.md5}` } : {}),
  };
}
