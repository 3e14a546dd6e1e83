/** `cancel.json`: somebody wants the attempt to end. That it is there counts; what the attempt came to stands in its outcome. */
export interface Cancellation {
  version: 1;
  /** Pub/Sub message id of the message that asked for it. */
  message_id: string;
  /** RFC 3339. */
  requested_at: string;
}
