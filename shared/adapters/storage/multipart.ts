/** A request body and the content type that names its boundary. */
export interface MultipartBody {
  /** In parts, which are not put together: a log's segment has megabytes. */
  body: Buffer[];
  contentType: string;
}

/**
 * multipartUpload makes the body of an upload that carries an object's resource and content in one request.
 * `boundary` must not occur in the content: a fresh random id will not.
 * Source: https://cloud.google.com/storage/docs/uploading-objects#rest-upload-objects (multipart/related, RFC 2387)
 */
export function multipartUpload(resource: object, content: Buffer, boundary: string): MultipartBody {
  const head =
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(resource)}\r\n` +
    `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return {
    body: [Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--`)],
    contentType: `multipart/related; boundary=${boundary}`,
  };
}
