/** How a message that can be acknowledged ended here. */
type LaunchEnd =
  /** Its Pod was posted, or its operation started, by this delivery. */
  | 'created'
  /** Its Pod, or its operation, is there already. */
  | 'adopted'
  /** Its attempt has its outcome already. */
  | 'ended'
  /** A Turn has seen its Pod or its operation, and knows the rest. */
  | 'left to the watch'
  /** The run is over, or will not begin, because somebody wants it to. */
  | 'cancelled'
  /** Its Pod is being deleted, or the watch stops its operation; the watch brings the outcome. */
  | 'cancelling'
  /** The attempt before has not ended, or its task is not known. */
  | 'not retried'
  /** There was no room for its Pod until its schedule deadline. */
  | 'failed'
  | 'rejected';

/** What a message came to, for the log. */
export interface LaunchResult {
  end: LaunchEnd;
  /** As formatRun writes it. */
  run?: string;
  /** Of a rejected message: its reason code, and how many problems it has. */
  reason?: string;
  problems?: number;
  /** Of a task that says something without effect. */
  warnings?: number;
}
