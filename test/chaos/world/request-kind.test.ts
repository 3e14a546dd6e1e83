import { expect, test } from 'vitest';
import { multipartUpload } from '../../../shared/adapters/storage/multipart.ts';
import type { Channel } from '../schedule/actions.ts';
import { requestKind } from './request-kind.ts';

const object = 'runs/dag_id=d/run_id=r/task_id=t/attempt=1/outcome.json';
const segment = 'runs/dag_id=d/run_id=r/task_id=t/attempt=1/logs/base/000001.log';
const pods = '/api/v1/namespaces/n/pods';
const encoded = encodeURIComponent;
const upload = Buffer.concat(
  multipartUpload({ name: object, md5Hash: '' }, Buffer.from('{"name":"other"}'), 'boundary').body,
);

test.each<[Channel, string, string, string]>([
  ['pubsub', 'POST', '/v1/projects/p/topics/t:publish', 'publish'],
  [
    'storage',
    'POST',
    '/upload/storage/v1/b/b/o?uploadType=multipart&ifGenerationMatch=0',
    'write outcome.json',
  ],
  ['storage', 'GET', `/storage/v1/b/b/o/${encoded(segment)}?alt=media`, 'read segment'],
  ['storage', 'GET', '/storage/v1/b/b/o?prefix=open%2F', 'list'],
  ['storage', 'DELETE', `/storage/v1/b/b/o/${encoded('leases/s.json')}?ifGenerationMatch=1`, 'delete lease'],
  [
    'storage',
    'POST',
    `/storage/v1/b/b/o/${encoded(object.replace('outcome.json', 'logs/base.log'))}/compose`,
    'compose log',
  ],
  ['kubernetes', 'POST', pods, 'create Pod'],
  ['kubernetes', 'GET', `${pods}/p`, 'read Pod'],
  ['kubernetes', 'DELETE', `${pods}/p`, 'delete Pod'],
  ['kubernetes', 'GET', `${pods}?labelSelector=a`, 'list Pods'],
  ['kubernetes', 'GET', `${pods}?watch=true&labelSelector=a`, 'watch Pods'],
  ['kubernetes', 'GET', `${pods}/p/log?follow=true`, 'follow log'],
  ['kubernetes', 'GET', `${pods}/p/log?timestamps=true`, 'read log'],
  ['kubernetes', 'GET', '/api/v1/namespaces/n/events?fieldSelector=a', 'list events'],
  ['kubernetes', 'GET', '/version', 'other'],
])('%s: %s %s is "%s"', (channel, method, url, kind) => {
  expect(requestKind(channel, method, url, upload)).toBe(kind);
});
