import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';
import { requestKind } from './request-kind.ts';

/**
 * Loaded into a function before all else: counts its requests by Node's own http client, which are those to Cloud
 * Storage and Pub/Sub, and on SIGUSR2 writes the counts to the file of BENCH_REQUEST_COUNTS. A proxy would count as well,
 * but takes the machine's time.
 */
const file = process.env.BENCH_REQUEST_COUNTS ?? '';
const counts: Record<string, number> = {};

subscribe('http.client.request.start', message => {
  if (typeof message !== 'object' || message === null || !('request' in message)) return;
  const { request } = message;
  if (!(request instanceof ClientRequest)) return;
  const kind = requestKind(request.method, request.path);
  counts[kind] = (counts[kind] ?? 0) + 1;
});

process.on('SIGUSR2', () => {
  // Whoever waits for the file finds it whole.
  writeFileSync(`${file}.part`, JSON.stringify(counts));
  renameSync(`${file}.part`, file);
});
