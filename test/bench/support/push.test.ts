import { expect, test } from 'vitest';
import { pushBody } from '../../../bench/support/push.ts';
import { parsePush } from '../../../shared/push.ts';

test('a push carries its document as Pub/Sub would', () => {
  const parsed = parsePush({ headers: {}, body: Buffer.from(pushBody({ kind: 'sweep' })) });
  expect('message' in parsed && parsed.message.data.toString()).toBe('{"kind":"sweep"}');
});
