/** One call to a test server; at most 20 s. Throws with method, address and the server's words unless 2xx or 404. */
export async function rest(
  method: 'DELETE' | 'GET' | 'POST' | 'PUT',
  url: string,
  body?: unknown,
): Promise<{ found: boolean; bytes: Buffer }> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok && response.status !== 404) {
    throw new Error(`${method} ${url} answered ${response.status}: ${bytes.toString('utf8').slice(0, 500)}`);
  }
  return { found: response.ok, bytes };
}

/** As {@link rest}, but what is not there is an error too; gives the answer's JSON. */
export async function restJson(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: unknown,
): Promise<unknown> {
  const { found, bytes } = await rest(method, url, body);
  if (!found) throw new Error(`${method} ${url} answered 404: ${bytes.toString('utf8').slice(0, 500)}`);
  return JSON.parse(bytes.toString('utf8'));
}
