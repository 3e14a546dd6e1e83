/** wholeSecond writes a time as Kubernetes does in metadata and status: RFC 3339, UTC, no fraction. */
export function wholeSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
