import { expect, test } from 'vitest';
import { listeningSockets } from '../../../bench/support/server-cpu.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:403B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 0100007F:8F00 0100007F:403B 01 00000000:00000000 02:00000000 00000000     0        0 12 2 0 20 4 30 10 -1
   2: 0100007F:403B 0100007F:8F00 01 00000000:00000000 02:00000000 00000000     0        0 13 2 0 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:403B 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14 1 0 100 0 0 10 0
   1: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 15 1 0 100 0 0 10 0
`;

test.each([
  ['of both families, and no connection', 16_443, ['11', '14']],
  ['of a port of fewer digits', 80, ['15']],
  ['none where nobody listens', 443, []],
])('listeningSockets gives those %s', (_, port, sockets) => {
  expect(listeningSockets(table, port)).toEqual(new Set(sockets));
});
