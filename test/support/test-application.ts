/** An application's credentials, as far as a test needs them. */
export interface Credentials {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** The application that `startServer` configures unless a test brings its own. */
export const TEST_APPLICATION: Credentials = { id: "app-id", key: "app-key", secret: "app-secret" };
