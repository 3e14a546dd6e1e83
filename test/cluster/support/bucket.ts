import { z } from 'zod';
import { rest, restJson } from './rest.ts';

const listing = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        size: z.coerce.number(),
        /** Only of one that was composed. */
        componentCount: z.coerce.number().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

type ListedObject = z.output<typeof listing>['items'][number];

/** A bucket on a Cloud Storage server, seen without our own adapter. */
export class Bucket {
  readonly name: string;
  readonly #server: string;

  constructor(server: string, name: string) {
    this.#server = server;
    this.name = name;
  }

  async create(project: string): Promise<void> {
    await restJson('POST', `${this.#server}/storage/v1/b?project=${project}`, { name: this.name });
  }

  /** The object's bytes; undefined when there is none. */
  async read(object: string): Promise<Buffer | undefined> {
    const { found, bytes } = await rest('GET', `${this.#objectUrl(object)}?alt=media`);
    return found ? bytes : undefined;
  }

  /** Writes a text, whatever is there. */
  async write(object: string, text: string): Promise<void> {
    const query = new URLSearchParams({ uploadType: 'media', name: object });
    const url = `${this.#server}/upload/storage/v1/b/${this.name}/o?${query}`;
    const response = await fetch(url, { method: 'POST', body: text, signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(`POST ${url} answered ${response.status}`);
  }

  /** The objects whose name begins with `prefix`; none when there is no such bucket. */
  async list(prefix = ''): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    let pageToken = '';
    do {
      const query = new URLSearchParams({ prefix, ...(pageToken === '' ? {} : { pageToken }) });
      const answer = await rest('GET', `${this.#server}/storage/v1/b/${this.name}/o?${query}`);
      if (!answer.found) return [];
      const page = listing.parse(JSON.parse(answer.bytes.toString('utf8')));
      found.push(...page.items);
      pageToken = page.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  }

  async remove(object: string): Promise<void> {
    await rest('DELETE', this.#objectUrl(object));
  }

  /** Deletes all objects, then the bucket. */
  async cleanUp(): Promise<void> {
    const objects = await this.list();
    await Promise.all(objects.map(({ name }) => rest('DELETE', this.#objectUrl(name))));
    const url = `${this.#server}/storage/v1/b/${this.name}`;
    const { ok, status } = await fetch(url, { method: 'DELETE', signal: AbortSignal.timeout(20_000) });
    // 405: the project's own server keeps its buckets, and its folder goes with it
    if (!ok && status !== 404 && status !== 405) throw new Error(`DELETE ${url} answered ${status}`);
  }

  #objectUrl(object: string): string {
    return `${this.#server}/storage/v1/b/${this.name}/o/${encodeURIComponent(object)}`;
  }
}
