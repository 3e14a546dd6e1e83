/** What happens to one request instead of being passed on and answered. */
export type RequestFault =
  /** Is answered on the way; the server never sees it. Without a body: as Kubernetes says that it failed. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** The connection is cut before the request is passed on. */
  | { kind: 'reset' }
  /** Is passed on, and the connection is cut instead of an answer. */
  | { kind: 'lose answer' }
  /** Is passed on twice, one after the other; the second answer counts: a write meets its own trace (409, 412). */
  | { kind: 'twice' }
  /** Is passed on late. */
  | { kind: 'slow'; ms: number }
  /** Is never answered. */
  | { kind: 'stall' }
  /** The connection is cut after so many bytes of the answer's body. */
  | { kind: 'cut'; afterBytes: number }
  /** Nothing comes after so many bytes of the answer's body, and the connection stays. */
  | { kind: 'fall silent'; afterBytes: number }
  /** A watch is told that what it asks for is too old: 410, as an event. */
  | { kind: 'expire' };

/** What happens to an answer that is on its way already, such as a watch or a followed log. */
export type StreamFault = 'cut' | 'fall silent' | 'expire';
