/** Bytes of an object, both ends inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * parseByteRange reads a Range header for an object of `size` bytes: undefined when there is none that is understood
 * (then the whole is sent, as RFC 9110 14.2 says), `unsatisfiable` when it begins behind the end.
 */
export function parseByteRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return start > end ? 'unsatisfiable' : { start, end };
}
