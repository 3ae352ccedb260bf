/**
 * Milliseconds that a test waits for what must come. On a busy machine everything takes longer, only what hangs takes as long as
 * this: a shorter wait would test the machine. A whole test has three times as long (scripts/test/steps.ts).
 */
export const PATIENCE = 40_000;
