import { expect, test } from 'vitest';
import {
  childrenOf,
  ioBytes,
  sharedOutMiB,
  statCpuSeconds,
  statusMiB,
} from '../../../bench/support/process-usage.ts';

const status = 'Name:\tnode\nVmPeak:\t 9806704 kB\nVmHWM:\t  102400 kB\nVmRSS:\t   51200 kB\n';

test('statusMiB reads a field in MiB', () => {
  expect([statusMiB(status, 'VmRSS'), statusMiB(status, 'VmHWM')]).toEqual([50, 100]);
  expect(() => statusMiB(status, 'VmSwap')).toThrow('there is no VmSwap');
});

test('statCpuSeconds adds user and system time, whatever the process is called', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 9 0 0 0 150 25 7 8 20 0 11 0 100 1 2';
  expect(statCpuSeconds(stat)).toBe(1.75);
  expect(() => statCpuSeconds('42 (node) S')).toThrow('no CPU times');
});

test('ioBytes reads a field', () => {
  const io = 'rchar: 123456\nwchar: 78\nsyscr: 9\nread_bytes: 4096\n';
  expect([ioBytes(io, 'rchar'), ioBytes(io, 'read_bytes')]).toEqual([123_456, 4_096]);
  expect(() => ioBytes(io, 'char')).toThrow('there is no char');
});

test('a process that has ended has no children and no memory', async () => {
  const noProcess = 2 ** 30;
  expect([await childrenOf(noProcess), await sharedOutMiB([noProcess])]).toEqual([[], 0]);
});
