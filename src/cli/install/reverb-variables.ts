import type { ApplicationConfig } from "../../config/config.ts";

/** A line that an application's `.env` needs. */
export interface WantedVariable {
  readonly name: string;
  /** As it shall stand in the file, quotes and all. */
  readonly written: string;
  /** Never printed. */
  readonly secret?: true;
}

/** The lines that Laravel's `reverb:install` writes, in its order and spelling; a blank line parts the two groups. */
export function reverbVariables(
  { id, key, secret }: Pick<ApplicationConfig, "id" | "key" | "secret">,
): readonly (readonly WantedVariable[])[] {
  return [
    [
      { name: "REVERB_APP_ID", written: id },
      { name: "REVERB_APP_KEY", written: key },
      { name: "REVERB_APP_SECRET", written: secret, secret: true },
      { name: "REVERB_HOST", written: '"localhost"' },
      { name: "REVERB_PORT", written: "8080" },
      { name: "REVERB_SCHEME", written: "http" },
    ],
    [
      { name: "VITE_REVERB_APP_KEY", written: '"${REVERB_APP_KEY}"' },
      { name: "VITE_REVERB_HOST", written: '"${REVERB_HOST}"' },
      { name: "VITE_REVERB_PORT", written: '"${REVERB_PORT}"' },
      { name: "VITE_REVERB_SCHEME", written: '"${REVERB_SCHEME}"' },
    ],
  ];
}
