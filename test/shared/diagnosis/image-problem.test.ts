import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageProblem } from '../../../shared/diagnosis/image-problem.ts';

const prefix = (image: string): string =>
  `rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": `;

/** What runtimes and registries say after the image's name. */
const words: { says: string; reason: string; permanent: boolean }[] = [
  { says: 'IMAGE: not found', reason: 'image_not_found', permanent: true },
  { says: 'no match for platform in manifest: not found', reason: 'image_not_found', permanent: true },
  {
    says: 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    reason: 'image_not_allowed',
    permanent: true,
  },
  {
    says: 'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://us-docker.pkg.dev/v2/token: 403 Forbidden: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource',
    reason: 'image_not_allowed',
    permanent: true,
  },
  {
    says: 'unexpected status from HEAD request to https://registry-1.docker.io/v2/x: 429 Too Many Requests: toomanyrequests: You have reached your pull rate limit.',
    reason: 'registry_rate_limited',
    permanent: false,
  },
  {
    says: 'failed to do request: Head "https://IMAGE": dial tcp: lookup registry.example: no such host',
    reason: 'registry_unavailable',
    permanent: false,
  },
  {
    says: 'failed to do request: Head "https://IMAGE": dial tcp 10.0.0.1:403: connect: connection refused',
    reason: 'registry_unavailable',
    permanent: false,
  },
  {
    says: 'failed to do request: Head "https://IMAGE": net/http: TLS handshake timeout',
    reason: 'registry_unavailable',
    permanent: false,
  },
  {
    says: 'unexpected status code [manifests 1]: 502 Bad Gateway',
    reason: 'registry_unavailable',
    permanent: false,
  },
  { says: 'failed commit on ref: unexpected EOF', reason: 'registry_unavailable', permanent: false },
  { says: 'pull QPS exceeded', reason: 'registry_rate_limited', permanent: false },
  { says: 'write /var/lib: no space left on device', reason: 'image_pull_failed', permanent: false },
  { says: '', reason: 'image_pull_failed', permanent: false },
];

describe('imageProblem', () => {
  test.each(words)('$says', ({ says, reason, permanent }) => {
    const image = 'registry.example/task:1';
    expect(imageProblem(prefix(image) + says.replace('IMAGE', image))).toEqual({ reason, permanent });
  });

  const part = fc.constantFrom(
    'forbidden',
    'not-found',
    'denied',
    '429',
    '503',
    'unauthorized',
    'eof',
    'app',
  );
  const name = fc
    .tuple(part, fc.array(part, { minLength: 1, maxLength: 3 }), part)
    .map(([host, path, tag]) => `${host}.example:403/${path.join('/')}:${tag}`);
  propertyTest.prop([name, fc.constantFrom(...words)])(
    'the image’s name does not count',
    (image, { says, reason, permanent }) => {
      expect(imageProblem(prefix(image) + says.replace('IMAGE', image))).toEqual({ reason, permanent });
    },
  );
});
