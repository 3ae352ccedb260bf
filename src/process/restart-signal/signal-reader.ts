/** Reads the cache entry that `php artisan reverb:restart` writes, wherever it lies. */
export interface SignalReader {
  /** Where it reads, for people. */
  readonly place: string;
  /** The entry as it is stored, `undefined` when there is none. Rejects when the store cannot be asked. */
  read(): Promise<string | undefined>;
  close(): Promise<void>;
}
