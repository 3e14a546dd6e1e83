import { z } from 'zod';
import type { ObjectInfo } from '../../ports/store.ts';
import { parseAnswer } from '../google-failure.ts';

/** Custom metadata key that holds the id of the call that wrote the object; callers never see it. */
export const writerKey = 'taskpod-writer';

const storageApi = { name: 'Cloud Storage', unavailable: 'storage_unavailable' } as const;

/** The object resource of the JSON API, as far as it is used. https://cloud.google.com/storage/docs/json_api/v1/objects */
const objectResource = z.object({
  name: z.string(),
  generation: z.string(),
  size: z.string().regex(/^\d+$/).transform(Number),
  updated: z.string(),
  md5Hash: z.string().optional(),
  metadata: z.record(z.string(), z.string()).default({}),
});

const objectPage = z.object({
  items: z.array(objectResource).default([]),
  nextPageToken: z.string().default(''),
});

/** An object as Cloud Storage tells it, with what only the adapter looks at. */
export interface Resource {
  info: ObjectInfo;
  /** Id of the call that wrote it; undefined when something else did. */
  writer: string | undefined;
  /** Base64; composed objects have none. */
  md5: string | undefined;
}

/** parseResource reads one object resource; throws `storage_unavailable` when the answer is something else. */
export function parseResource(body: Buffer): Resource {
  return toResource(parseAnswer(storageApi, objectResource, body.toString('utf8')));
}

/** parsePage reads one page of a listing; `nextPageToken` is empty on the last. Throws `storage_unavailable`. */
export function parsePage(body: Buffer): { objects: ObjectInfo[]; nextPageToken: string } {
  const page = parseAnswer(storageApi, objectPage, body.toString('utf8'));
  return { objects: page.items.map(item => toResource(item).info), nextPageToken: page.nextPageToken };
}

function toResource(item: z.output<typeof objectResource>): Resource {
  const { [writerKey]: writer, ...metadata } = item.metadata;
  return {
    info: {
      name: item.name,
      generation: item.generation,
      sizeBytes: item.size,
      updatedAt: item.updated,
      metadata,
    },
    writer,
    md5: item.md5Hash,
  };
}
