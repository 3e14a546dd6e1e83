import { expect, test } from 'vitest';
import { requestKind } from '../../../bench/support/request-kind.ts';

test.each([
  ['POST', '/upload/storage/v1/b/b-1/o?uploadType=multipart&ifGenerationMatch=0', 'create'],
  ['POST', '/storage/v1/b/b-1/o/runs%2Fa%2Flogs%2Fbase.log/compose?ifGenerationMatch=0', 'compose'],
  ['GET', '/storage/v1/b/b-1/o?prefix=runs%2F', 'list'],
  ['GET', '/storage/v1/b/b-1/o/leases%2Fs.json?alt=media', 'read'],
  ['DELETE', '/storage/v1/b/b-1/o/open%2Fa', 'delete'],
  ['POST', '/v1/projects/p/topics/events:publish', 'publish'],
  ['GET', '/computeMetadata/v1/instance', 'other'],
] as const)('%s %s is %s', (method, path, kind) => {
  expect(requestKind(method, path)).toBe(kind);
});
