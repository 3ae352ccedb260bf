import { serialize } from "php-serialize";
import type { MinuteCount } from "./message-counts.ts";

/** `Laravel\Pulse\Entry`, with its properties named as PHP names them in serialized form. */
class Entry {
  /** Properties that are protected in PHP carry `*` between null bytes. */
  readonly "\0*\0aggregations" = ["count"];
  readonly "\0*\0onlyBuckets" = true;
  readonly timestamp: number;
  readonly type: string;
  readonly key: string;
  readonly value = null;

  constructor(timestamp: number, type: string, key: string) {
    this.timestamp = timestamp;
    this.type = type;
    this.key = key;
  }
}

const CLASSES = { "Laravel\\Pulse\\Entry": Entry };

/** One message as Reverb's recorder enters it into Pulse: `record(…)->onlyBuckets()->count()`, serialized by PHP's rules. */
export function pulseEntry({ minute, direction, application }: Omit<MinuteCount, "count">): string {
  return serialize(new Entry(minute, `reverb_message:${direction}`, application), CLASSES);
}
