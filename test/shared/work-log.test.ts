import { describe, expect, test } from 'vitest';
import { jsonWorkLog } from '../../shared/work-log.ts';

describe('jsonWorkLog', () => {
  const written = (log: (write: (line: string) => void) => void): string[] => {
    const lines: string[] = [];
    log(line => lines.push(line));
    return lines;
  };

  test('writes one line of JSON per record', () => {
    const lines = written(write => {
      const log = jsonWorkLog(write);
      log('INFO', 'done\nreally', { pods: 2, ratio: 0.5, ok: true, none: null, absent: undefined });
      log('ERROR', 'broken');
    });
    expect(lines).toEqual([
      '{"pods":2,"ratio":0.5,"ok":true,"none":null,"severity":"INFO","message":"done\\nreally"}\n',
      '{"severity":"ERROR","message":"broken"}\n',
    ]);
  });

  test('a record cannot replace the severity or the message', () => {
    const lines = written(write =>
      jsonWorkLog(write)('WARNING', 'true', { severity: 'DEBUG', message: 'x' }),
    );
    expect(lines).toEqual(['{"severity":"WARNING","message":"true"}\n']);
  });
});
