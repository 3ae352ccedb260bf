/** The counts of the applications that are looked up in a source. */
export class DirectoryCounters {
  /** Questions that the source has answered with an application. */
  found = 0;
  /** Questions that it has answered with "there is none". */
  absent = 0;
  /** Questions that it has not answered, or whose answer cannot be used. */
  failed = 0;
  /** Whether the last question was answered. */
  isUp = true;
}
