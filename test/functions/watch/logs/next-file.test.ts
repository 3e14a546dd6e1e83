import { describe, expect, test } from 'vitest';
import { goOnInNextFile } from '../../../../functions/watch/logs/next-file.ts';
import { PumpHarness } from './pump-harness.ts';

describe('goOnInNextFile', () => {
  const timestamp = '2026-11-23T10:00:00.000000001Z';
  const half = `${timestamp} first ha`;
  test.each([
    ['nothing came after', '', '', ''],
    ['nothing came after half a line', half, '', half],
    ['a line soon after', '', '2026-11-23T10:00:01.999000000Z b\n', '2026-11-23T10:00:01.999000000Z b\n'],
    ['the other half', half, '2026-11-23T10:00:00.000000002Z lf\n', `${half}lf\n`],
    ['a line two seconds later', half, '2026-11-23T10:00:02.000000001Z b\n', undefined],
    ['no line', half, 'unable to retrieve container logs', undefined],
  ])('%s', (_, unfinished, next, expected) => {
    const end = { timestamp, half: Buffer.from(unfinished) };
    expect(goOnInNextFile(end, Buffer.from(next))?.toString()).toBe(expected);
  });
});

/** A container writes more than a file may hold; its stream ends properly, perhaps within a line, where the file does. */
async function startRotated(half: string | undefined) {
  const harness = new PumpHarness();
  const { clock, logs } = harness;
  logs.write('x'.repeat(5 * 1_024 * 1_024));
  if (half !== undefined) logs.write(half, false);
  logs.faults.push({ after: logs.all.length, how: 'end' });
  const pumping = harness.start();
  await clock.settle();
  const oldFile = logs.all;
  logs.rotate();
  const finish = async (newsAfterMs: number) => {
    await harness.endContainer(newsAfterMs);
    const { gaps } = await clock.runUntil(pumping);
    const requests = logs.requests.map(request => (request.follow ? 'follow' : 'read'));
    return { gaps, requests, isWhole: harness.composed === logs.all, added: added() };
  };
  const added = (): string | undefined => harness.composed?.slice(oldFile.length);
  return { clock, logs, finish };
}

describe('a stream that ended at the end of a rotated file', () => {
  test.each([0, 1_000, 1_400])('is gone on with in the next file (news after %d ms)', async newsAfterMs => {
    const { logs, finish } = await startRotated(undefined);
    logs.write('next');
    logs.write('last');
    expect(await finish(newsAfterMs)).toMatchObject({
      gaps: 0,
      requests: ['follow', 'read'],
      isWhole: true,
    });
  });

  test('within a line: the other half loses its timestamp', async () => {
    const { logs, finish } = await startRotated('a line of two ');
    logs.write('halves');
    logs.write('last');
    const last = logs.all.slice(-'2026-11-23T10:00:00.000000000Z last\n'.length);
    expect(await finish(300)).toMatchObject({ gaps: 0, added: `halves\n${last}` });
  });

  test('is the end when nothing came after: two reads have to agree', async () => {
    const { finish } = await startRotated(undefined);
    expect(await finish(300)).toMatchObject({
      gaps: 0,
      requests: ['follow', 'read', 'read'],
      isWhole: true,
    });
  });

  test('within a line, and nothing came after: the half is all there is', async () => {
    const { finish } = await startRotated('half a line');
    expect(await finish(300)).toMatchObject({ gaps: 0, isWhole: true });
  });

  test('may lack a whole file when the next line is two seconds younger: the gap is marked', async () => {
    const { clock, logs, finish } = await startRotated(undefined);
    await clock.advance(2_001);
    logs.write('next');
    const { gaps, added } = await finish(0);
    expect(gaps).toBe(1);
    expect(added).toMatch(/^\S+ \[taskpod\] lines may be missing here: .*\n\S+ next\n$/);
  });
});
