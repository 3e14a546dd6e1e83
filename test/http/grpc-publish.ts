import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { z } from 'zod';

const publishedIds = z.object({ messageIds: z.array(z.string()) });

/** A server that takes what Google's client publishes by gRPC, and publishes it by REST on the local bus, which speaks no gRPC. */
export interface GrpcGateway {
  /** `127.0.0.1:port`: the value for PUBSUB_EMULATOR_HOST. */
  host: string;
  close(): Promise<void>;
}

/** startGrpcGateway serves google.pubsub.v1.Publisher/Publish alone. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export async function startGrpcGateway(busUrl: string): Promise<GrpcGateway> {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    answer(stream, headers[':path'] ?? '', busUrl).catch(error => stream.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', session => sessions.add(session));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function answer(stream: ServerHttp2Stream, path: string, busUrl: string): Promise<void> {
  if (path !== '/google.pubsub.v1.Publisher/Publish') throw new Error(`${path} is not served here`);
  const body = Buffer.concat(await Array.fromAsync(stream));
  const { topic, messages } = publishRequest(body.subarray(5));
  const published = await fetch(`${busUrl}/v1/${topic}:publish`, {
    method: 'POST',
    body: JSON.stringify({ messages }),
  });
  const { messageIds } = publishedIds.parse(await published.json());
  const ids = messageIds.map(id => Buffer.concat([Buffer.from([0x0a, id.length]), Buffer.from(id)]));
  const message = Buffer.concat(ids);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([frame, message]));
}

/** https://github.com/googleapis/googleapis/blob/master/google/pubsub/v1/pubsub.proto: PublishRequest and PubsubMessage. */
function publishRequest(bytes: Buffer): { topic: string; messages: object[] } {
  const fields = fieldsOf(bytes);
  const messages = fields.filter(({ number }) => number === 2).map(({ value }) => fieldsOf(value));
  return {
    topic: fields.find(({ number }) => number === 1)?.value.toString() ?? '',
    messages: messages.map(message => ({
      data: message.find(({ number }) => number === 1)?.value.toString('base64') ?? '',
    })),
  };
}

/** The fields of a message that are bytes, texts or messages; there are no others in what is read here. */
function fieldsOf(bytes: Buffer): { number: number; value: Buffer }[] {
  const fields: { number: number; value: Buffer }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const number = (bytes[at++] ?? 0) >> 3;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      length += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    fields.push({ number, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
