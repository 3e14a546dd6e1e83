import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createXcomDecoder, largestMessageFileBytes, xcomSidecarCommand } from '../../shared/xcom-frame.ts';

const sha = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

function frameOf(bytes: Buffer, lineLength = 8_000): string[] {
  const text = bytes.toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength));
  return [`XCOM1 BEGIN ${bytes.length} ${sha(bytes)}`, ...lines, `XCOM1 END ${sha(bytes)}`];
}

function decode(lines: readonly string[], maxBytes = 1_000_000) {
  const decoder = createXcomDecoder(maxBytes);
  for (const line of lines) decoder.push(line);
  return { result: decoder.result(), done: decoder.done() };
}

const hello = Buffer.from('{"a": "hello"}');
const [begin = '', data = '', end = ''] = frameOf(hello);
const value = { kind: 'value', bytes: hello, sha256: sha(hello) };

describe('createXcomDecoder', () => {
  test.each([
    { name: 'a frame', lines: [begin, data, end], result: value },
    {
      name: 'noise before',
      lines: ['starting', '', 'XCOM1', 'XCOM1 BEGIN', begin, data, end],
      result: value,
    },
    { name: 'lines after', lines: [begin, data, end, 'XCOM1 NONE', 'bye'], result: value },
    { name: 'an empty line inside', lines: [begin, '', data, end], result: value },
    { name: 'a second try', lines: [begin, data.slice(0, 4), begin, data, end], result: value },
    { name: 'a second try after damage', lines: [begin, '!', end, begin, data, end], result: value },
    {
      name: 'an empty file',
      lines: frameOf(Buffer.alloc(0)),
      result: { kind: 'value', bytes: Buffer.alloc(0), sha256: sha('') },
    },
    { name: 'no file', lines: ['XCOM1 NONE'], result: { kind: 'none' } },
    {
      name: 'a file too big',
      lines: ['XCOM1 TOOBIG 5000000'],
      result: { kind: 'too_big', bytes: 5_000_000 },
    },
    {
      name: 'a frame over the limit',
      lines: [`XCOM1 BEGIN 1000001 ${sha('')}`, data],
      result: { kind: 'too_big', bytes: 1_000_001 },
    },
  ])('$name', ({ lines, result }) => {
    expect(decode(lines)).toEqual({ result, done: true });
    expect(decode([lines.join('\n')])).toEqual({ result, done: true });
  });

  test('a file of exactly the limit is taken', () => {
    expect(decode(frameOf(hello), hello.length).result).toEqual(value);
  });

  test.each([
    { lines: [], detail: 'the sidecar printed no frame' },
    { lines: ['XCOM1 TOOBIG', 'XCOM1 TOOBIG x', 'XCOM1 WHAT'], detail: 'the sidecar printed no frame' },
    { lines: [`XCOM1 BEGIN x ${sha('')}`, 'XCOM1 BEGIN 5 abc'], detail: 'the sidecar printed no frame' },
    { lines: ['XCOM1 TOOBIG 5x', 'XCOM1 TOOBIG x5'], detail: 'the sidecar printed no frame' },
    {
      lines: [`${begin}0`, begin.replace(sha(hello), `0${sha(hello)}`)],
      detail: 'the sidecar printed no frame',
    },
    { lines: [` ${begin}`, `${begin} more`], detail: 'the sidecar printed no frame' },
    { lines: ['XCOM1 UNREADABLE'], detail: 'the sidecar was not allowed to read the file' },
    { lines: [begin], detail: 'the frame has no end' },
    { lines: [begin, data], detail: 'the frame has no end' },
    { lines: [data, end], detail: 'the frame has no beginning' },
    { lines: [begin, 'not base64!', end], detail: 'the frame holds a line that is not base64' },
    { lines: [begin, 'AAA=AAAA', end], detail: 'the frame holds a line that is not base64' },
    { lines: [begin, ' AAAA', end], detail: 'the frame holds a line that is not base64' },
    { lines: [begin, data, data, end], detail: 'the frame holds more than 14 bytes' },
    { lines: [begin, data.slice(0, 8), end], detail: 'the frame holds 6 bytes and announces 14' },
    { lines: [begin, end], detail: 'the frame holds 0 bytes and announces 14' },
    { lines: [begin, `AAAA${data.slice(4)}`, end], detail: 'the sha256 of the frame is wrong' },
    { lines: [begin, data, `XCOM1 END ${sha('other')}`], detail: 'the sha256 of the frame is wrong' },
    { lines: [begin, data, 'XCOM1 END'], detail: 'the sha256 of the frame is wrong' },
    {
      lines: [begin.replace(sha(hello), sha('other')), data, end],
      detail: 'the sha256 of the frame is wrong',
    },
  ])('incomplete: $detail', ({ lines, detail }) => {
    expect(decode(lines)).toEqual({ result: { kind: 'incomplete', detail }, done: false });
  });

  test('any file comes back whole, whatever the length of the lines', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.integer({ min: 1, max: 9_000 }),
        (array, length) => {
          const bytes = Buffer.from(array);
          expect(decode(frameOf(bytes, length)).result).toEqual({ kind: 'value', bytes, sha256: sha(bytes) });
        },
      ),
    );
  });

  test('a frame that lost, gained or changed a character is never a wrong value', () => {
    const change = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('drop', 'double', 'replace'),
      char: fc.constantFrom('A', '=', '9', 'f', ' '),
    });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), change, (array, { at, kind, char }) => {
        const bytes = Buffer.from(array);
        const text = frameOf(bytes, 76).join('\n');
        const index = at % text.length;
        const piece = { drop: '', double: `${text[index]}${text[index]}`, replace: char }[kind];
        const { result } = decode([`${text.slice(0, index)}${piece}${text.slice(index + 1)}`]);
        if (result.kind === 'value') expect(result.bytes).toEqual(bytes);
        else expect(['incomplete', 'too_big']).toContain(result.kind);
      }),
    );
  });

  test('arbitrary lines never throw and never give a value by chance', () => {
    const word = fc.constantFrom('XCOM1 BEGIN 3', 'XCOM1 END', 'XCOM1', 'AAAA', sha(''), ' ', '\n');
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), parts => {
        expect(['none', 'too_big', 'incomplete']).toContain(decode([parts.join('')]).result.kind);
      }),
    );
  });
});

describe('xcomSidecarCommand', () => {
  test('names the file, the limit and the termination log', () => {
    expect(xcomSidecarCommand({ maxBytes: 17 })).toEqual([
      '/bin/sh',
      '-c',
      expect.stringContaining('XCOM1 BEGIN'),
      'xcom',
      '/airflow/xcom/return.json',
      '17',
      '/dev/termination-log',
    ]);
  });

  test('the largest file for a termination message is the largest that fits', () => {
    const size = (bytes: number): number => `${frameOf(Buffer.alloc(bytes)).join('\n')}\n`.length;
    expect(size(largestMessageFileBytes)).toBeLessThanOrEqual(4_096);
    expect(size(largestMessageFileBytes + 1)).toBeGreaterThan(4_096);
  });
});
