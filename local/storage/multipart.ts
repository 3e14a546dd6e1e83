import { ApiFailure } from '../loopback-server.ts';

/** The two parts of an upload: the object's resource as JSON text, and its content. */
export interface UploadParts {
  resource: string;
  content: Buffer;
}

const headEnd = Buffer.from('\r\n\r\n');

/** parseMultipart takes a multipart/related upload (RFC 2387) apart; throws {@link ApiFailure} 400. */
export function parseMultipart(contentType: string, body: Buffer): UploadParts {
  const match = /^multipart\/related\s*;.*\bboundary=(?:"([^"]{1,70})"|([^";\s]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw badRequest('the content type names no multipart boundary');
  const [resource, content, ...more] = parts(body, boundary);
  if (resource === undefined || content === undefined || more.length > 0) {
    throw badRequest('the upload must have two parts: the resource and the content');
  }
  return { resource: resource.toString('utf8'), content };
}

function parts(body: Buffer, boundary: string): Buffer[] {
  const first = Buffer.from(`--${boundary}`);
  const next = Buffer.from(`\r\n--${boundary}`);
  const found: Buffer[] = [];
  let at = body.indexOf(first);
  if (at === -1) throw badRequest('the upload does not begin with its boundary');
  at += first.length;
  while (body.subarray(at, at + 2).toString('latin1') !== '--') {
    const start = body.indexOf(headEnd, at);
    const end = start === -1 ? -1 : body.indexOf(next, start + 2);
    if (end === -1) throw badRequest('the upload breaks off');
    found.push(body.subarray(start + headEnd.length, Math.max(end, start + headEnd.length)));
    at = end + next.length;
  }
  return found;
}

function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'invalid', message);
}
