import type { SortedNames } from './sorted-names.ts';
import { compareNames } from './sorted-names.ts';

/** What part of a bucket is listed. */
export interface ListRequest {
  prefix: string;
  /** Empty: none. */
  delimiter: string;
  /** Inclusive; empty: from the start. */
  startOffset: string;
  /** As an earlier page gave it; empty: the first page. */
  pageToken: string;
  maxResults: number;
}

/** One page of names. */
export interface ListPage {
  names: string[];
  /** What stands for all names that go on behind a delimiter. */
  prefixes: string[];
  /** Empty on the last page. */
  nextPageToken: string;
}

/** listPage makes one page of a listing; a token names the last entry of the page before, so that nothing is kept between two calls. */
export function listPage(all: SortedNames, request: ListRequest): ListPage {
  const { prefix, delimiter, maxResults } = request;
  const after = Buffer.from(request.pageToken, 'base64url').toString('utf8');
  const start = [prefix, request.startOffset, after].sort(compareNames).at(-1) ?? '';
  const page: ListPage = { names: [], prefixes: [], nextPageToken: '' };
  let last = after;
  for (const name of all.from(start)) {
    if (!name.startsWith(prefix)) break;
    const entry = entryOf(name, prefix, delimiter);
    if (entry === last && last !== '') continue;
    if (page.names.length + page.prefixes.length === maxResults) {
      return { ...page, nextPageToken: Buffer.from(last).toString('base64url') };
    }
    (entry === name ? page.names : page.prefixes).push(entry);
    last = entry;
  }
  return page;
}

/** An object's name, or the part of it up to the first delimiter behind the prefix. */
function entryOf(name: string, prefix: string, delimiter: string): string {
  const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
  return end === -1 ? name : name.slice(0, end + delimiter.length);
}
