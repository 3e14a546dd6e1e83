import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesImage, parseImage } from '../../../../functions/launch/policy/image-pattern.ts';
import { imageReference } from '../../../../shared/task/name-rules.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const other = `sha256:${'f'.repeat(64)}`;
const mine = 'europe-docker.pkg.dev/my-project';

describe('parseImage', () => {
  const hub = { host: 'docker.io', tag: undefined, digest: undefined };
  test.each([
    { image: 'busybox', name: { ...hub, repository: 'library/busybox' } },
    { image: 'busybox:1.37', name: { ...hub, repository: 'library/busybox', tag: '1.37' } },
    { image: `busybox@${digest}`, name: { ...hub, repository: 'library/busybox', digest } },
    { image: `busybox:1@${digest}`, name: { ...hub, repository: 'library/busybox', tag: '1', digest } },
    { image: 'docker.io/busybox', name: { ...hub, repository: 'library/busybox' } },
    { image: 'docker.io/library/busybox', name: { ...hub, repository: 'library/busybox' } },
    { image: 'index.docker.io/busybox', name: { ...hub, repository: 'library/busybox' } },
    { image: 'DOCKER.IO/busybox', name: { ...hub, repository: 'library/busybox' } },
    { image: 'bitnami/redis', name: { ...hub, repository: 'bitnami/redis' } },
    { image: 'a/b/c', name: { ...hub, repository: 'a/b/c' } },
    { image: 'europe-docker/x', name: { ...hub, repository: 'europe-docker/x' } },
    { image: 'localhost/x', name: { ...hub, host: 'localhost', repository: 'x' } },
    { image: 'Localhost/x', name: { ...hub, host: 'localhost', repository: 'x' } },
    { image: 'my-host:5000/x:2', name: { ...hub, host: 'my-host:5000', repository: 'x', tag: '2' } },
    { image: 'my-host:5000/x', name: { ...hub, host: 'my-host:5000', repository: 'x' } },
    { image: '[::1]:5000/x:2', name: { ...hub, host: '[::1]:5000', repository: 'x', tag: '2' } },
    { image: 'gcr.io/x', name: { ...hub, host: 'gcr.io', repository: 'x' } },
    { image: 'Gcr.io/a/x', name: { ...hub, host: 'gcr.io', repository: 'a/x' } },
  ])('$image', ({ image, name }) => {
    expect(parseImage(image)).toEqual(name);
  });
});

describe('matchesImage', () => {
  test.each<[string, string, boolean]>([
    [`${mine}/*`, `${mine}/repo/image`, true],
    [`${mine}/*`, `${mine}/image`, true],
    [`${mine}/*`, `${mine}/repo/image:1@${digest}`, true],
    [`${mine}/*`, 'Europe-Docker.PKG.dev/my-project/repo/image', true],
    [`${mine}/*`, `${mine}-evil/repo/image`, false],
    [`${mine}/*`, 'europe-docker.pkg.dev/evil/my-project/image', false],
    [`${mine}/*`, 'europe-docker.pkg.dev.evil.com/my-project/image', false],
    [`${mine}/*`, 'evil.com/europe-docker.pkg.dev/my-project/image', false],
    [`${mine}/*`, 'xeurope-docker.pkg.dev/my-project/image', false],
    [`${mine}/*`, 'x.europe-docker.pkg.dev/my-project/image', false],
    [`${mine}/*`, 'europe-docker.pkg.dev:444/my-project/image', false],
    [`${mine}/*`, 'us-docker.pkg.dev/my-project/image', false],
    [`${mine}/*`, 'my-project/image', false],
    [`${mine}/*`, mine, false],
    [`${mine}/repo/*`, `${mine}/repo/a/b`, true],
    [`${mine}/repo/*`, `${mine}/repo2/a`, false],
    [`${mine}/*/prod`, `${mine}/repo/prod`, true],
    [`${mine}/*/prod`, `${mine}/repo/x/prod`, false],
    [`${mine}/*/prod/*`, `${mine}/repo/prod/a/b`, true],
    [`${mine}*`, `${mine}-evil`, true],
    [`${mine}*`, `${mine}-evil/image`, false],
    ['europe-docker.pkg.dev/*', `${mine}/repo/image`, true],
    ['*.pkg.dev/my-project/*', `${mine}/repo/image`, true],
    ['*.pkg.dev/my-project/*', 'a.b.pkg.dev/my-project/image', false],
    ['*.pkg.dev/my-project/*', 'pkg.dev/my-project/image', false],
    ['*.pkg.dev/my-project/*', 'a.pkg.dev.evil.com/my-project/image', false],
    ['docker.io/library/busybox', 'busybox', true],
    ['docker.io/library/busybox', 'busybox:1.37', true],
    ['docker.io/library/busybox', 'index.docker.io/library/busybox', true],
    ['docker.io/busybox', 'busybox', true],
    ['docker.io/library/busybox', 'library/busybox', true],
    ['docker.io/library/busybox', 'evil/busybox', false],
    ['docker.io/library/busybox', 'busybox2', false],
    ['docker.io/library/busybox', 'mirror.gcr.io/library/busybox', false],
    ['docker.io/library/busybox', 'registry-1.docker.io/library/busybox', false],
    ['docker.io/library/python*', 'python', true],
    ['docker.io/library/*', 'alpine', true],
    ['docker.io/library/*', 'evil/alpine', false],
    ['docker.io/*', 'evil/alpine', true],
    ['docker.io/*', 'ghcr.io/alpine', false],
    ['docker.io/library/busybox:1.37', 'busybox:1.37', true],
    ['docker.io/library/busybox:1.37', 'busybox:1.37.1', false],
    ['docker.io/library/busybox:1.37', 'busybox', false],
    ['docker.io/library/busybox:latest', 'busybox', true],
    ['docker.io/library/busybox:1.*', 'busybox:1.37', true],
    ['docker.io/library/busybox:1.*', 'busybox:2.1.37', false],
    ['docker.io/library/busybox:1.37', `busybox:1.37@${other}`, false],
    ['docker.io/library/busybox:*', `busybox@${other}`, false],
    [`${mine}/*@sha256:*`, `${mine}/repo/image@${digest}`, true],
    [`${mine}/*@sha256:*`, `${mine}/repo/image:1@${digest}`, true],
    [`${mine}/*@sha256:*`, `${mine}/repo/image:1`, false],
    [`${mine}/*@sha256:*`, `${mine}/repo/image`, false],
    [`${mine}/a@${digest}`, `${mine}/a@${digest}`, true],
    [`${mine}/a@${digest}`, `${mine}/a@${other}`, false],
    ['my-host:5000/x/*', 'my-host:5000/x/y:1', true],
    ['my-host:5000/x/*', 'my-host/x/y:1', false],
    ['localhost/x', 'localhost/x', true],
    ['localhost/x', 'docker.io/localhost/x', false],
  ])('%s and %s: %j', (pattern, image, expected) => {
    expect(matchesImage(pattern, image)).toBe(expected);
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z0-9]$/);
  const host = fc.array(label, { minLength: 2, maxLength: 4 }).map(labels => labels.join('.'));
  const path = fc.array(label, { minLength: 1, maxLength: 4 });
  const version = fc.constantFrom('', ':1', `@${digest}`, `:1@${digest}`);

  test('everything below a prefix is covered, with any tag and digest', () => {
    fc.assert(
      fc.property(host, path, path, version, (at, prefix, rest, tail) => {
        const image = `${[at, ...prefix, ...rest].join('/')}${tail}`;
        fc.pre(imageReference(image) === undefined);
        expect(matchesImage(`${[at, ...prefix].join('/')}/*`, image)).toBe(at !== 'docker.io');
      }),
    );
  });

  test('no pattern reaches over a host or a part of a path', () => {
    const glued = fc.constantFrom('', '.', '-', ':80', '.evil.com', '/evil', 'x');
    fc.assert(
      fc.property(host, path, path, glued, glued, (at, prefix, rest, before, after) => {
        const image = `${before.replace(/^[-.:/]/, 'x$&')}${at}${after}/${[...prefix, ...rest].join('/')}`;
        const pattern = `${[at, ...prefix].join('/')}/*`;
        const isSame = parseImage(image).host === at && `${image}/`.startsWith(`${at}/${prefix.join('/')}/`);
        expect(matchesImage(pattern, image)).toBe(isSame);
      }),
    );
  });

  test('an image that is covered has the host that the pattern names, whatever the stars in its path', () => {
    const part = fc.oneof(label, fc.constantFrom('*', 'a*', '*b', 'a*b'));
    const pieces = fc.array(part, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(host, pieces, host, path, version, (at, stars, imageHost, parts, tail) => {
        fc.pre(at !== imageHost);
        expect(matchesImage(`${at}/${stars.join('/')}`, `${imageHost}/${parts.join('/')}${tail}`)).toBe(
          false,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
