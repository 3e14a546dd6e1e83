import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseDocument } from '../../shared/document.ts';

const schema = z.object({ name: z.string(), sizes: z.array(z.number()) });

describe('parseDocument', () => {
  test('gives what the schema makes of the text, and drops what it does not know', () => {
    const text = '{"name":"a","sizes":[1],"more":true}';
    expect(parseDocument(schema, text, 'the note')).toEqual({ name: 'a', sizes: [1] });
  });

  test.each([
    ['{', 'the note is not JSON'],
    ['', 'the note is not JSON'],
    [
      '{"sizes":[1,"2"]}',
      'the note is not valid: name: Invalid input: expected string, received undefined; sizes.1: Invalid input: expected number, received string',
    ],
    ['null', 'the note is not valid: : Invalid input: expected object, received null'],
  ])('%j: %s', (text, message) => {
    expect(() => parseDocument(schema, text, 'the note')).toThrow(
      expect.objectContaining({ code: 'invalid_document', message, retryable: false }),
    );
  });
});
