import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connectionsTo, countConnections } from '../../../bench/support/connections.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:403B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 0100007F:8F00 0100007F:403B 01 00000000:00000000 02:00000000 00000000     0        0 12 2 0 20 4 30 10 -1
   2: 0100007F:8F02 0100007F:403B 01 00000000:00000000 02:00000000 00000000     0        0 13 2 0 20 4 30 10 -1
   3: 0100007F:8F04 0100007F:403B 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0 20 4 30 10 -1
   4: 0100007F:403B 0100007F:8F00 01 00000000:00000000 02:00000000 00000000     0        0 14 2 0 20 4 30 10 -1
   5: 0100007F:8F06 0100007F:0050 01 00000000:00000000 02:00000000 00000000     0        0 15 2 0 20 4 30 10 -1
`;

test.each([
  ['those of the process', ['12', '13'], 16_443, 2],
  ['not those of another one', ['12'], 16_443, 1],
  ['not those that are closed', ['0'], 16_443, 0],
  ['not the listening socket, nor the server’s end', ['11', '14'], 16_443, 0],
  ['a port of fewer digits', ['15', '12'], 80, 1],
])('countConnections counts %s', (_, sockets, port, count) => {
  expect(countConnections(table, new Set(sockets), port)).toBe(count);
});

test.skipIf(process.platform !== 'linux')('connectionsTo finds a connection of this process', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const before = await connectionsTo(process.pid, address.port);
  const socket = connect(address.port, '127.0.0.1');
  await once(socket, 'connect');
  const during = await connectionsTo(process.pid, address.port);
  socket.destroy();
  server.close();
  expect([before, during]).toEqual([0, 1]);
});
