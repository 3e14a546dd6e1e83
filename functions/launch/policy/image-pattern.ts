import { matchesGlob } from './glob.ts';

/** The parts of an image reference, each in the one spelling that registries know. */
export interface ImageName {
  /** Lower case, with its port if it has one. */
  host: string;
  /** Without tag and digest. */
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

const dockerHub = 'docker.io';

/**
 * parseImage takes an image reference apart as container runtimes do: `busybox` is `docker.io/library/busybox`, and the first
 * part is a host only when it has a ".", a ":" or an upper-case letter or is `localhost`.
 * Source: github.com/distribution/reference, ParseNormalizedNamed.
 */
export function parseImage(reference: string): ImageName {
  const [named, digest] = cut(reference, reference.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [name, tag] = cut(named, colon > named.lastIndexOf('/') ? colon : -1);
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasHost = /[.:A-Z]/.test(first) || first === 'localhost';
  const host = hasHost ? first.toLowerCase() : dockerHub;
  const path = hasHost ? name.slice(slash + 1) : name;
  if (host !== dockerHub && host !== `index.${dockerHub}`) return { host, repository: path, tag, digest };
  const isShort = !path.includes('/') && !path.includes('*');
  return { host: dockerHub, repository: isShort ? `library/${path}` : path, tag, digest };
}

/**
 * matchesImage tells whether a pattern covers an image. Host, repository, tag and digest are compared apart, so that no
 * pattern reaches over a boundary. In the host `*` stands for one label. In the repository it stands for any text within one
 * part, and at the end, after "/", for everything below. A pattern without tag and digest covers all of them; one with a tag
 * does not cover an image with a digest, because the runtime then pulls by the digest alone.
 */
export function matchesImage(pattern: string, reference: string): boolean {
  const [allowed, image] = [parseImage(pattern), parseImage(reference)];
  return (
    matchesGlob(allowed.host.replaceAll('.', '/'), image.host.replaceAll('.', '/')) &&
    matchesRepository(allowed.repository, image.repository) &&
    matchesVersion(allowed, image)
  );
}

function matchesRepository(pattern: string, repository: string): boolean {
  if (!pattern.endsWith('/*') && pattern !== '*') return matchesGlob(pattern, repository);
  const depth = pattern.split('/').length;
  return matchesGlob(pattern, repository.split('/').slice(0, depth).join('/'));
}

function matchesVersion(allowed: ImageName, image: ImageName): boolean {
  if (allowed.digest !== undefined) {
    return image.digest !== undefined && matchesGlob(allowed.digest, image.digest);
  }
  if (allowed.tag === undefined) return true;
  return image.digest === undefined && matchesGlob(allowed.tag, image.tag ?? 'latest');
}

/** What is before a separator of one character, and what is after it, if it is there. */
function cut(text: string, at: number): [string, string | undefined] {
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
